/** Which news is made by filling in figures and names, and must not be taken for one story where these differ? */
import { pick, pickSome, type Language, type Random, type Story } from './story.ts';

export interface Template {
  readonly id: string;
  readonly language: Language;
  /** What differs from one to the next: figures, or who it is about. */
  readonly differsIn: 'figures' | 'names';
  /** One piece of news, under two headlines. */
  make(random: Random): Story & { readonly otherTitle: string };
}

const between = (random: Random, from: number, to: number, digits = 2): string =>
  (from + random() * (to - from)).toFixed(digits);
const whole = (random: Random, from: number, to: number): number => Math.floor(from + random() * (to - from));
const grouped = (value: string): string => value.replace(/\B(?=(\d{3})+(?!\d))/gu, ',');

const STOCKS = [
  '长河酒业(600811)',
  '金石矿业(002377)',
  '云帆科技(300915)',
  '海风能源(601223)',
  '瑞康药业(000762)',
  '星途股份(688155)',
  '东岭水泥(600429)',
  '绿源环保(300388)',
];
const SECTORS = [
  '白酒',
  '半导体',
  '光伏',
  '煤炭',
  '券商',
  '房地产',
  '医药',
  '军工',
  '旅游',
  '锂电池',
  '银行',
  '种业',
  '传媒',
  '钢铁',
];
const COUNTIES = ['柳河县', '清江县', '石泉市', '安宁区', '凤台县', '玉溪乡', '平山县', '长乐市'];
const PEOPLE = ['王建华', '李国强', '张丽娟', '陈志远', '刘海涛', '周文斌', '吴晓燕', '郑明亮'];
const FIRMS = [
  'Acorn Tools',
  'Bluewater Shipping',
  'Carmel Foods',
  'Delphi Mutual',
  'Everline Textiles',
  'Fenwick Steel',
  'Gorse Energy',
  'Harbour Media',
];
const TEAMS = ['Ashford', 'Bexley', 'Caldwell', 'Denholm', 'Eastleigh', 'Farnworth', 'Gresham', 'Hartley'];
const TOWNS = ['Leeds', 'Bradford', 'Hull', 'Sheffield', 'York', 'Harrogate', 'Doncaster', 'Ripon'];
const COUNTRIES = ['尼泊尔', '秘鲁', '土耳其', '印度尼西亚', '摩洛哥', '菲律宾', '海地', '莫桑比克'];
const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'];

export const TEMPLATES: readonly Template[] = [
  {
    id: 'a-share-close',
    language: 'zh',
    differsIn: 'figures',
    make: (r) => {
      const [up = '', alsoUp = '', down = '', alsoDown = ''] = pickSome(r, SECTORS, 4);
      const [sh, sz, cy] = [between(r, 3300, 3700), between(r, 13000, 15000), between(r, 2900, 3500)];
      const change = between(r, 0.1, 1.9);
      return {
        title: `收评：沪指涨${change}% ${up}板块领涨`,
        otherTitle: `A股三大指数收涨 ${up}、${alsoUp}走强`,
        text: `A股三大指数今日集体收涨，截至收盘，沪指涨${change}%，报${sh}点；深成指涨${between(r, 0.1, 1.9)}%，报${sz}点；创业板指涨${between(r, 0.1, 2.5)}%，报${cy}点。沪深两市成交额${whole(r, 8000, 12900)}亿元，北向资金净流入${between(r, 10, 120)}亿元。盘面上，${up}、${alsoUp}板块涨幅居前，${down}、${alsoDown}板块跌幅居前。两市共${whole(r, 1800, 3600)}只个股上涨，${whole(r, 60, 140)}只个股涨停。`,
      };
    },
  },
  {
    id: 'limit-up',
    language: 'zh',
    differsIn: 'names',
    make: (r) => {
      const stock = pick(r, STOCKS);
      const name = stock.replace(/\(.*/u, '');
      const price = between(r, 5, 300);
      return {
        title: `${name}涨停 报${price}元`,
        otherTitle: `快讯：${stock}封住涨停板`,
        text: `${stock}今日盘中涨停，截至${whole(r, 9, 15)}时${whole(r, 10, 59)}分，报${price}元，成交${between(r, 1, 40)}亿元，换手率${between(r, 1, 18)}%，总市值${whole(r, 80, 3000)}亿元。${name}所属概念包括${pickSome(r, SECTORS, 2).join('、')}。近${whole(r, 5, 30)}日该股累计上涨${between(r, 3, 60)}%。`,
      };
    },
  },
  {
    id: 'reverse-repo',
    language: 'zh',
    differsIn: 'figures',
    make: (r) => {
      const [amount, due, day] = [100 * whole(r, 1, 40), 100 * whole(r, 1, 20), whole(r, 1, 31)];
      return {
        title: `央行开展${amount}亿元逆回购操作`,
        otherTitle: `央行公开市场今日有${due}亿元逆回购到期`,
        text: `央行公告称，为维护银行体系流动性合理充裕，${day}日以利率招标方式开展了${amount}亿元7天期逆回购操作，中标利率为2.${whole(r, 10, 60)}%。当日有${due}亿元逆回购到期。`,
      };
    },
  },
  {
    id: 'yuan-fixing',
    language: 'zh',
    differsIn: 'figures',
    make: (r) => {
      const [rate, pips] = [between(r, 6.3, 7.2, 4), whole(r, 10, 300)];
      return {
        title: `人民币兑美元中间价报${rate} 下调${pips}个基点`,
        otherTitle: `人民币中间价较上一交易日下调${pips}个基点`,
        text: `中国外汇交易中心公布，今日银行间外汇市场人民币汇率中间价为：1美元对人民币${rate}元，较上一交易日下调${pips}个基点；1欧元对人民币${between(r, 7.1, 7.9, 4)}元，100日元对人民币${between(r, 4.8, 5.7, 4)}元，1港元对人民币0.${whole(r, 81000, 91000)}元，1英镑对人民币${between(r, 8.2, 9.1, 4)}元。`,
      };
    },
  },
  {
    id: 'quake-flash',
    language: 'zh',
    differsIn: 'names',
    make: (r) => {
      const [place, size] = [pick(r, COUNTIES), between(r, 3, 6, 1)];
      return {
        title: `${place}发生${size}级地震`,
        otherTitle: `快讯：${place}${size}级地震 震源深度公布`,
        text: `中国地震台网正式测定：12月${whole(r, 1, 31)}日${whole(r, 0, 24)}时${whole(r, 10, 59)}分在${place}（北纬${between(r, 25, 40)}度，东经${between(r, 98, 120)}度）发生${size}级地震，震源深度${whole(r, 5, 30)}千米。`,
      };
    },
  },
  {
    id: 'rain-warning',
    language: 'zh',
    differsIn: 'names',
    make: (r) => {
      const place = pick(r, COUNTIES);
      const colour = pick(r, ['蓝色', '黄色', '橙色']);
      return {
        title: `${place}气象台发布暴雨${colour}预警信号`,
        otherTitle: `${place}发布暴雨${colour}预警 请注意防范`,
        text: `${place}气象台${whole(r, 0, 24)}时${whole(r, 10, 59)}分发布暴雨${colour}预警信号：预计未来${pick(r, [6, 12, 24])}小时，${place}大部分乡镇累积降水量可达${whole(r, 50, 150)}毫米以上，局地伴有雷电、短时强降水和阵风等强对流天气，请有关部门和群众做好城市内涝、山洪和地质灾害的防范工作。`,
      };
    },
  },
  {
    id: 'buyback',
    language: 'zh',
    differsIn: 'names',
    make: (r) => {
      const name = pick(r, STOCKS).replace(/\(.*/u, '');
      const amount = between(r, 0.5, 20, 1);
      return {
        title: `${name}：拟以${amount}亿元回购公司股份`,
        otherTitle: `${name}抛出回购计划 用于员工持股`,
        text: `${name}公告，拟使用自有资金以集中竞价交易方式回购公司股份，回购资金总额不低于${between(r, 0.2, 0.5, 1)}亿元且不超过${amount}亿元，回购价格不超过${between(r, 8, 200)}元/股，回购的股份将用于员工持股计划或股权激励，实施期限为自董事会审议通过回购方案之日起12个月内。`,
      };
    },
  },
  {
    id: 'appointment',
    language: 'zh',
    differsIn: 'names',
    make: (r) => {
      const [first = '', second = ''] = pickSome(r, PEOPLE, 2);
      const place = pick(r, COUNTIES);
      return {
        title: `${first}任${place}代理县长`,
        otherTitle: `${place}人大常委会通过任命 ${first}履新`,
        text: `${place}人民代表大会常务委员会第${whole(r, 10, 45)}次会议决定：任命${first}为副县长、代理县长，接受${second}辞去县长职务的请求，报县人民代表大会备案。公开资料显示，${first}，男，汉族，${whole(r, 1965, 1985)}年出生，研究生学历，此前任市发展和改革委员会副主任。`,
      };
    },
  },
  {
    id: 'earnings',
    language: 'zh',
    differsIn: 'names',
    make: (r) => {
      const name = pick(r, STOCKS).replace(/\(.*/u, '');
      const growth = between(r, 5, 180);
      return {
        title: `${name}前三季度净利润同比增长${growth}%`,
        otherTitle: `${name}三季报出炉 净利增长${growth}%`,
        text: `${name}发布三季报，前三季度实现营业收入${between(r, 5, 400)}亿元，同比增长${between(r, 2, 90)}%；归属于上市公司股东的净利润${between(r, 1, 90)}亿元，同比增长${growth}%；基本每股收益${between(r, 0.1, 9)}元。其中第三季度营业收入${between(r, 2, 120)}亿元，净利润${between(r, 0.4, 30)}亿元。`,
      };
    },
  },
  {
    id: 'northbound',
    language: 'zh',
    differsIn: 'figures',
    make: (r) => {
      const [buy = '', second = '', third = '', sell = ''] = pickSome(r, STOCKS, 4).map((stock) =>
        stock.replace(/\(.*/u, ''),
      );
      const sum = between(r, 5, 160);
      return {
        title: `北向资金今日净买入${sum}亿元 加仓${buy}`,
        otherTitle: `北向资金动向：${buy}获净买入居首`,
        text: `沪深交易所数据显示，北向资金今日净买入${sum}亿元，其中沪股通净买入${between(r, 2, 90)}亿元，深股通净买入${between(r, 2, 90)}亿元。前十大成交股中，${buy}、${second}、${third}净买入额居前，分别获净买入${between(r, 5, 15)}亿元、${between(r, 3, 8)}亿元、${between(r, 1, 5)}亿元；${sell}遭净卖出${between(r, 1, 12)}亿元。`,
      };
    },
  },
  {
    id: 'condolence',
    language: 'zh',
    differsIn: 'names',
    make: (r) => {
      const [country, event] = [pick(r, COUNTRIES), pick(r, ['山体滑坡', '特大洪灾', '强烈地震', '客机坠毁', '矿难'])];
      return {
        title: `外交部发言人就${country}发生${event}答记者问`,
        otherTitle: `中方就${country}${event}表示慰问`,
        text: `有记者问：近日，${country}发生${event}，中方对此有何评论？发言人表示，中方对${country}发生${event}造成重大人员伤亡深感悲痛，对遇难者表示深切哀悼，向遇难者家属和受伤人员表示诚挚慰问，祝愿伤者早日康复。目前没有中国公民伤亡的报告。`,
      };
    },
  },
  {
    id: 'suspension',
    language: 'zh',
    differsIn: 'names',
    make: (r) => {
      const [name = '', target = ''] = pickSome(r, STOCKS, 2).map((stock) => stock.replace(/\(.*/u, ''));
      return {
        title: `${name}：筹划重大资产重组 股票停牌`,
        otherTitle: `${name}明起停牌`,
        text: `${name}公告，公司正在筹划以发行股份及支付现金的方式购买${target}控股权并募集配套资金，该事项预计构成重大资产重组。因有关事项尚存不确定性，为维护投资者利益，避免造成公司股价重大影响，公司股票自明日开市起停牌，预计停牌时间不超过十个交易日。`,
      };
    },
  },
  {
    id: 'recall-en',
    language: 'en',
    differsIn: 'names',
    make: (r) => {
      const [firm, product] = [
        pick(r, FIRMS),
        pick(r, ['oat bars', 'fish pies', 'chicken soup', 'rye bread', 'trail mix']),
      ];
      const allergen = pick(r, ['peanuts', 'milk', 'egg', 'mustard', 'soya', 'sesame']);
      return {
        title: `${firm} recalls ${product} over ${allergen}`,
        otherTitle: `Do not eat: ${product} recalled`,
        text: `${firm} is recalling ${product} because they contain ${allergen} that is not mentioned on the label. This means that they are a possible health risk for anyone with an allergy to ${allergen}. If you have bought any of the products and have an allergy, do not eat them. Instead, return them to the store for a full refund. No other products of ${firm} are known to be affected.`,
      };
    },
  },
  {
    id: 'appointed-en',
    language: 'en',
    differsIn: 'names',
    make: (r) => {
      const [firm = '', before = ''] = pickSome(r, FIRMS, 2);
      const person = pick(r, ['Laura Finch', 'Peter Okoro', 'Miriam Katz', 'John Adeyemi', 'Carla Ruiz']);
      return {
        title: `${firm} names ${person} as chief executive`,
        otherTitle: `${person} to lead ${firm}`,
        text: `${firm} said on ${pick(r, DAYS)} that its board had appointed ${person} as chief executive with effect from the start of the new year. ${person} joins from ${before}, where she or he was in charge of operations, and succeeds the founder, who will stay on the board as a director. The company said that the search had been thorough and that it looked forward to the next chapter. The terms of the contract were not disclosed.`,
      };
    },
  },
  {
    id: 'stocks-close-en',
    language: 'en',
    differsIn: 'figures',
    make: (r) => {
      const [day, points, change] = [pick(r, DAYS), whole(r, 40, 600), between(r, 0.2, 1.9, 1)];
      const [best = '', worst = ''] = pickSome(r, FIRMS, 2);
      return {
        title: `Stocks close higher, Dow gains ${points} points`,
        otherTitle: `Wall Street ends up ${change}% on ${day}`,
        text: `U.S. stocks closed higher on ${day}. The Dow Jones Industrial Average rose ${points} points, or ${change}%, to ${grouped(between(r, 33000, 37000))}. The S&P 500 gained ${between(r, 0.2, 1.9, 1)}% to ${grouped(between(r, 4300, 4800))} and the Nasdaq Composite added ${between(r, 0.2, 1.9, 1)}% to ${grouped(between(r, 14000, 16000))}. ${best} led gainers with a rise of ${between(r, 3, 12, 1)}%, while ${worst} fell ${between(r, 2, 9, 1)}%. The yield on the 10-year Treasury note stood at 1.${whole(r, 30, 80)}%.`,
      };
    },
  },
  {
    id: 'pound',
    language: 'en',
    differsIn: 'figures',
    make: (r) => {
      const [dollar, move] = [`1.${whole(r, 2000, 4200)}`, between(r, 0.1, 1.2, 1)];
      return {
        title: `Sterling up ${move}% against dollar at $${dollar}`,
        otherTitle: `Pound gains as traders weigh rate outlook`,
        text: `Sterling was up ${move}% against the dollar at $${dollar} by ${whole(r, 8, 12)}${pick(r, ['00', '15', '30', '45'])} GMT and traded at ${between(r, 83, 89)} pence per euro. Traders were weighing the outlook for interest rates. Money markets put the chance of a rise at the next meeting at ${whole(r, 20, 95)}%.`,
      };
    },
  },
  {
    id: 'earnings-en',
    language: 'en',
    differsIn: 'names',
    make: (r) => {
      const [firm, share] = [pick(r, FIRMS), between(r, 0.2, 4)];
      return {
        title: `${firm} quarterly profit beats estimates`,
        otherTitle: `${firm} earns $${share} a share in third quarter`,
        text: `${firm} on ${pick(r, DAYS)} reported quarterly earnings of $${share} per share, beating the consensus estimate of $${between(r, 0.1, 3)} per share. Revenue rose ${between(r, 1, 30, 1)}% from a year earlier to $${between(r, 0.4, 9)} billion. For the current quarter ending in December, ${firm} expects its per-share earnings to range from $${between(r, 0.2, 2)} to $${between(r, 2, 4)}. The company's shares have risen ${between(r, 2, 40, 1)}% since the beginning of the year.`,
      };
    },
  },
  {
    id: 'weather-en',
    language: 'en',
    differsIn: 'names',
    make: (r) => {
      const town = pick(r, TOWNS);
      const colour = pick(r, ['Yellow', 'Amber']);
      return {
        title: `${colour} warning of snow and ice issued for ${town}`,
        otherTitle: `${town} weather: when the snow is due`,
        text: `The Met Office has issued a ${colour.toLowerCase()} warning of snow and ice for ${town} and the surrounding area from ${whole(r, 1, 12)} pm on ${pick(r, DAYS)}. Up to ${whole(r, 2, 15)} centimetres of snow may fall on ground above ${100 * whole(r, 1, 4)} metres. Drivers in ${town} are told to allow extra time for their journeys, and people are asked to look in on elderly neighbours.`,
      };
    },
  },
  {
    id: 'football-en',
    language: 'en',
    differsIn: 'names',
    make: (r) => {
      const [home = '', away = ''] = pickSome(r, TEAMS, 2);
      const [goals, minute] = [whole(r, 2, 5), whole(r, 5, 88)];
      return {
        title: `${home} ${goals}-1 ${away}`,
        otherTitle: `${home} beat ${away} to climb to ${whole(r, 2, 12)}th`,
        text: `${home} beat ${away} ${goals}-1 on Saturday to move up to ${whole(r, 2, 12)}th in the table. The hosts went ahead in minute ${minute} with a header from a corner, and doubled their lead before the break. ${away} pulled one back through a penalty but had a man sent off with ${whole(r, 5, 30)} minutes to go. The attendance was ${grouped(String(whole(r, 3000, 24000)))}.`,
      };
    },
  },
  {
    id: 'rating-en',
    language: 'en',
    differsIn: 'names',
    make: (r) => {
      const [firm = '', broker = ''] = pickSome(r, FIRMS, 2);
      const target = whole(r, 20, 400);
      return {
        title: `${broker} raises ${firm} to buy, target $${target}`,
        otherTitle: `${firm} upgraded by ${broker}`,
        text: `Analysts at ${broker} raised their rating on shares of ${firm} from hold to buy in a note to investors on ${pick(r, DAYS)} and lifted their price target from $${whole(r, 10, 300)} to $${target}. ${whole(r, 2, 9)} analysts rate the stock a hold and ${whole(r, 5, 19)} a buy. Shares of ${firm} opened at $${between(r, 10, 390)} and have a market value of $${between(r, 1, 90)} billion and a price-to-earnings ratio of ${between(r, 8, 60)}.`,
      };
    },
  },
  {
    id: 'jobless-en',
    language: 'en',
    differsIn: 'figures',
    make: (r) => {
      const claims = 1000 * whole(r, 180, 330);
      return {
        title: `US jobless claims fall to ${grouped(String(claims))}`,
        otherTitle: `Fewer Americans apply for unemployment benefits`,
        text: `The number of Americans filing new claims for unemployment benefits fell by ${grouped(String(1000 * whole(r, 2, 40)))} to a seasonally adjusted ${grouped(String(claims))} last week, the Labor Department said. Economists polled had forecast ${grouped(String(1000 * whole(r, 180, 330)))} claims. The four-week moving average stood at ${grouped(String(250 * whole(r, 800, 1200)))}. The number of people already collecting benefits was ${between(r, 1.5, 2.6)} million.`,
      };
    },
  },
  {
    id: 'coin-en',
    language: 'en',
    differsIn: 'figures',
    make: (r) => {
      const [price, move] = [grouped(String(whole(r, 29000, 66000))), between(r, 2, 11, 1)];
      return {
        title: `Bitcoin drops ${move}% to $${price}`,
        otherTitle: `Bitcoin slides below key level`,
        text: `Bitcoin dropped ${move}% to $${price} at ${whole(r, 10, 23)}:${whole(r, 10, 59)} GMT on ${pick(r, DAYS)}, losing $${grouped(String(whole(r, 800, 5000)))} from its previous close. The world's biggest cryptocurrency is down ${between(r, 10, 50, 1)}% from the year's high. Ether, the coin linked to the ethereum blockchain network, dropped ${between(r, 2, 12, 1)}% to $${grouped(String(whole(r, 1800, 4700)))}.`,
      };
    },
  },
];

/** A column that comes each day in one frame, with other news in it. */
export interface Column {
  readonly id: string;
  readonly language: Language;
  readonly items: number;
  frame(day: number, items: readonly string[]): Story;
}

export const COLUMNS: readonly Column[] = [
  {
    id: 'breakfast',
    language: 'zh',
    items: 5,
    frame: (day, items) => ({
      title: `财经早餐（12月${day}日）`,
      text: `早上好，欢迎收看今天的财经早餐，三分钟带您了解昨夜今晨的财经大事。${items.map((item, index) => `${index + 1}、${item}`).join('')}以上就是今天的财经早餐，投资有风险，入市需谨慎，我们明天再见。`,
    }),
  },
  {
    id: 'review',
    language: 'zh',
    items: 4,
    frame: (day, items) => ({
      title: `每日复盘：${(items[0] ?? '').slice(0, 12)}`,
      text: `12月${day}日，市场全天震荡。以下是今日复盘要点。一、今日要闻：${items.slice(0, 2).join('')}二、盘面看点：${items.slice(2).join('')}三、操作策略：控制仓位，精选个股，逢低布局业绩确定性强的方向，不追高、不杀跌。`,
    }),
  },
  {
    id: 'reading',
    language: 'zh',
    items: 4,
    frame: (day, items) => ({
      title: `四大证券报头版头条内容精华摘要_12月${day}日`,
      text: `今日四大报头版内容精华如下。中国证券报：${items[0] ?? ''}上海证券报：${items[1] ?? ''}证券时报：${items[2] ?? ''}证券日报：${items[3] ?? ''}`,
    }),
  },
  {
    id: 'tomorrow',
    language: 'zh',
    items: 3,
    frame: (day, items) => ({
      title: '明日看点：这些事将影响你的钱包',
      text: `明天是12月${day}日。天气方面，早晚温差较大，出行请注意添衣保暖。明日看点如下：${items.join('')}限行尾号请关注当地交管部门通知。更多生活服务信息，请持续关注本栏目。`,
    }),
  },
  {
    id: 'briefing-en',
    language: 'en',
    items: 5,
    frame: (day, items) => ({
      title: 'Morning briefing: what you need to know today',
      text: `Good morning. It is ${day} December and this is your morning briefing, the five stories that matter before your first coffee. ${items.map((item, index) => `${index + 1}. ${item}`).join(' ')} That is all for today. If somebody forwarded this to you, you can sign up below. We will be back tomorrow at seven.`,
    }),
  },
  {
    id: 'wrap-en',
    language: 'en',
    items: 3,
    frame: (day, items) => ({
      title: `Market wrap for December ${day}`,
      text: `Here is what moved markets on December ${day}. ${items.join(' ')} Traders will now look to inflation figures and to a round of speeches by central bankers for clues about where rates are heading. The value of investments can fall as well as rise and you may get back less than you put in.`,
    }),
  },
  {
    id: 'weekend-en',
    language: 'en',
    items: 3,
    frame: (day, items) => ({
      title: `The evening read, ${day} December`,
      text: `The evening read brings you the best of the day in five minutes. The big story: ${items[0] ?? ''} Also today: ${items.slice(1).join(' ')} And finally: tell us what you would like to read more of. Our inbox is always open and we read every letter.`,
    }),
  },
];

/** Sentences that nothing else in the bench is made from, for the columns. */
export const ITEMS: Readonly<Record<Language, readonly string[]>> = {
  zh: [
    '商务部将组织开展第二批绿色消费试点，重点支持家电以旧换新。',
    '前十一个月全国铁路完成固定资产投资逾六千亿元。',
    '多地楼市松绑，公积金贷款额度上调至百万元。',
    '海关总署：一般贸易进出口占比提升，民营企业表现活跃。',
    '两部门发文鼓励社会力量举办托育机构，水电气执行居民价格。',
    '国家邮政局预计全年快递业务量将超过一千亿件。',
    '工信部表示将加快六吉赫兹频段的规划研究。',
    '沪深交易所优化融资融券标的范围，新增六百只股票。',
    '国际金价盘中突破每盎司一千八百美元关口。',
    '美联储会议纪要显示多数官员支持放缓加息步伐。',
    '港股恒生科技指数午后拉升，互联网龙头普遍走高。',
    '地方专项债提前批额度下达，规模较往年有所增加。',
    '全国碳市场成交量突破两亿吨，碳价保持平稳。',
    '养老目标基金扩容，个人投资者可享税收递延。',
    '生猪价格连续三周回落，储备肉投放节奏放缓。',
    '北交所公开发行并上市的公司数量突破一百家。',
  ],
  en: [
    'Airlines are hiring pilots at the fastest rate in a decade, a recruiter said.',
    'House prices dipped for a third month, with the north holding up best.',
    'The last coal-fired power station in the region will shut in the spring.',
    'A court threw out a challenge to the merger of two supermarket chains.',
    'Copper touched a nine-month high on hopes for demand from China.',
    'The postal service wants to end deliveries on Saturdays.',
    'Scientists have sequenced the genome of an extinct species of rhinoceros.',
    'A strike at the port entered its second week without talks in sight.',
    'The finance minister ruled out a windfall tax on banks.',
    'Sales of heat pumps doubled, though from a very low base.',
    'A start-up that makes steel with hydrogen raised 200 million euros.',
    'Coffee growers warn of the poorest harvest in fifteen years.',
    'The regulator fined a broker for failing to report large trades.',
    'Cinemas had their best December since the pandemic.',
    'Parliament passed a bill that forces platforms to label adverts.',
    'The rover found traces of an ancient shoreline, the space agency said.',
  ],
};
