/** The stories of the sample newsrooms. All places, companies, people and events are invented. */

export interface Story {
  /** Number within its newsroom, 1 for the first. */
  readonly number: number;
  readonly title: string;
  /** One paragraph each, plain text. */
  readonly paragraphs: readonly string[];
  readonly author: string;
  readonly tags: readonly string[];
  /** Epoch ms. */
  readonly publishedAt: number;
}

/** A title and its paragraphs with `{name}` for variable parts (`{n}` for the story's number), and its tags. */
interface Template {
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly tags: readonly string[];
}

/** The templates and word lists of a newsroom. */
export interface Desk {
  readonly authors: readonly string[];
  readonly templates: readonly Template[];
  readonly words: Readonly<Record<string, readonly string[]>>;
}

/** The same desk, number and time make the same story; two stories of one desk differ. */
export function writeStory(desk: Desk, number: number, publishedAt: number): Story {
  const template = at(desk.templates, number);
  // A template meets the next words in each round, so that no title comes back soon.
  const round = Math.floor(number / desk.templates.length);
  const fill = (text: string): string =>
    text.replace(/\{(\w+)\}/g, (_all, name: string) => {
      const words = desk.words[name];
      if (words !== undefined) return at(words, round + name.length);
      return name === 'n' ? String(number) : figure(name, number);
    });
  return {
    number,
    title: fill(template.title),
    paragraphs: template.paragraphs.map(fill),
    author: at(desk.authors, number),
    tags: template.tags,
    publishedAt,
  };
}

/** Figures have a name that says their size: `{d2}` two digits, `{p}` per cent, anything else one digit. */
function figure(name: string, number: number): string {
  const seed = (number * 2_654_435_761 + name.charCodeAt(0) * 97 + name.length * 131) % 10_007;
  if (name.startsWith('p')) return `${(seed % 48) / 10 + 0.1}`.slice(0, 3);
  const digits = Number(name.at(-1));
  const lowest = 10 ** (digits - 1);
  return String(lowest + (seed % (9 * lowest)));
}

function at<Item>(list: readonly Item[], index: number): Item {
  const found = list[index % list.length];
  if (found === undefined) throw new RangeError('an empty list has nothing to choose from');
  return found;
}

export const stockDesk: Desk = {
  authors: ['陈立言', '周若溪', '林子墨'],
  words: {
    company: ['云岭能源', '江澄银行', '北辰汽车', '临海港务', '青禾食品', '远帆航运', '明湖医药', '松涛电子'],
    sector: ['新能源', '半导体', '银行', '医药', '消费', '航运', '地产'],
    time: ['早盘', '午后', '尾盘', '开盘后'],
    city: ['上海', '深圳', '杭州', '成都', '苏州', '广州'],
  },
  templates: [
    {
      title: '{time}{sector}板块走强 {company}涨{p}%',
      paragraphs: [
        '{time}{sector}板块震荡走高，{company}一度涨{p}%，成交额达{d2}亿元。',
        '交易员称，资金自上周起回流{sector}板块，但量能能否持续仍待观察。',
      ],
      tags: ['股市', '快讯'],
    },
    {
      title: '{company}：上半年净利润同比增长{p}% 拟每10股派{p}元',
      paragraphs: [
        '{company}公告，上半年实现营业收入{d3}亿元，归属于上市公司股东的净利润同比增长{p}%。',
        '公司称，{city}新厂已于上月投产，下半年订单保持饱满。',
      ],
      tags: ['公司', '财报'],
    },
    {
      title: '龙虎榜：{company}获机构净买入{d4}万元',
      paragraphs: ['盘后数据显示，{company}现身龙虎榜，三家机构席位合计净买入{d4}万元，北向资金净卖出{d3}万元。'],
      tags: ['股市', '资金'],
    },
    {
      title: '两市成交额突破{a1}.{b2}万亿元 {sector}股领涨',
      paragraphs: [
        '截至收盘，两市成交额为{a1}.{b2}万亿元，较前一交易日放量{d3}亿元，上涨个股逾{d4}只。',
        '{sector}、{city}本地股涨幅居前，高位股有所分化。',
      ],
      tags: ['股市'],
    },
    {
      title: '{company}获{city}国资增持 占总股本{p}%',
      paragraphs: ['{company}收到股东通知，{city}国有资本平台通过集中竞价增持公司股份，占总股本的{p}%。'],
      tags: ['公司'],
    },
  ],
};

export const marketDesk: Desk = {
  authors: ['沈知远', '何牧'],
  words: {
    subject: ['存款利率', '票据市场', '消费信贷', '绿色债券', '养老理财', '跨境支付'],
    place: ['长三角', '珠三角', '成渝地区', '中部省份'],
  },
  templates: [
    {
      title: '观察｜{subject}为何在{place}率先变化',
      paragraphs: [
        '过去一个季度，{place}的{subject}出现了值得留意的变化：规模增长{p}%，而价格下行了{d2}个基点。',
        '多位从业者认为，需求回暖与监管引导同时起了作用，但区域之间的差距并未缩小。',
        '“不能只看增速，”一位分行负责人说，“还要看钱最后去了哪里。”',
      ],
      tags: ['金融', '深度'],
    },
    {
      title: '{subject}试点扩围，{place}新增{d2}家机构',
      paragraphs: [
        '{subject}试点名单更新，{place}新增{d2}家参与机构，累计达到{d3}家。',
        '参与机构须在三个月内完成系统改造，并按月报送数据。',
      ],
      tags: ['金融', '政策'],
    },
    {
      title: '一周流动性：逆回购净投放{d3}亿元',
      paragraphs: ['本周公开市场净投放{d3}亿元，隔夜利率在月末前保持平稳，{subject}的报价小幅回落。'],
      tags: ['央行', '流动性'],
    },
  ],
};

export const macroDesk: Desk = {
  authors: ['罗一川'],
  words: {
    index: ['制造业采购经理指数', '服务业景气指数', '中小企业信心指数', '物流业景气指数'],
    field: ['出口', '制造业投资', '居民消费', '服务业就业'],
  },
  templates: [
    {
      title: '笔记第{n}期：{index}回升，{field}是主因',
      paragraphs: [
        '最新一期{index}为{d2}.{d1}，较上期回升{p}个百分点，其中{field}的贡献最大。',
        '需要提醒的是，季节调整的口径自今年起有所变化，与往年直接比较时应当小心。',
      ],
      tags: ['宏观', '数据'],
    },
    {
      title: '笔记第{n}期：从{field}看三季度的节奏',
      paragraphs: [
        '把{field}拆成量与价来看，量的同比为{p}%，价的拖累正在减轻。',
        '如果趋势延续，三季度的读数不会太差。',
      ],
      tags: ['宏观'],
    },
  ],
};

export const harbourDesk: Desk = {
  authors: ['Maud Ferrier', 'Tom Ackland', 'Ines Calder'],
  words: {
    place: ['Port Ellery', 'Saltmarsh', 'North Quay', 'Greywater', 'Fenwick Point'],
    ship: ['the Kittiwake', 'the Evening Tide', 'the Marram', 'the Old Penny'],
    group: ['the harbour board', 'the town council', 'the ferry company', 'the fishermen’s union'],
  },
  templates: [
    {
      title: 'Ferry to {place} runs again after {d1} days',
      paragraphs: [
        'Some {d3} people were on the first crossing to {place} since the storm, {group} says. The pier has new timber & new lights.',
        '“We missed the noise,” said the woman who sells tickets and tea at the landing.',
      ],
      tags: ['Transport'],
    },
    {
      title: '{place} votes on a tidal mill',
      paragraphs: [
        'By {d2} votes to {d1}, {place} will let a tidal mill be built at the old slipway, over the doubts of {group}.',
        'Work is to begin in spring and to take {d2} weeks.',
      ],
      tags: ['Energy', 'Council'],
    },
    {
      title: 'Record herring landing fills {place}',
      paragraphs: ['{ship} alone brought in {d2} tonnes on Tuesday. Prices in {place} fell by {p}% within a day.'],
      tags: ['Fisheries'],
    },
    {
      title: 'Library boat {ship} adds {place} to its round',
      paragraphs: ['{ship} now carries {d4} books and one very old map to {place} each second Friday. <Bring a bag.>'],
      tags: ['Culture'],
    },
  ],
};

export const labDesk: Desk = {
  authors: ['R. Okonjo', 'L. Vestergaard'],
  words: {
    thing: ['lichen', 'river ice', 'moth wings', 'sea glass', 'peat', 'barley straw'],
    tool: ['a borrowed microscope', 'drone photographs', 'forty-year-old notebooks', 'a bicycle-powered centrifuge'],
  },
  templates: [
    {
      title: 'What {thing} from {d2} sites remembers of a warm winter',
      paragraphs: [
        'Samples of {thing} from all {d2} sites show a shift of {p} per cent against the long mean. We measured with {tool}.',
        'The data are open; please find our mistakes.',
      ],
      tags: ['Climate', 'Field work'],
    },
    {
      title: 'Counting {thing} with {tool}',
      paragraphs: ['It took {d2} evenings, and {tool}. We found {d3} pieces where we had expected {d2}.'],
      tags: ['Methods'],
    },
  ],
};

export const workshopDesk: Desk = {
  authors: ['Pia Lindqvist', 'Sam Oyelaran'],
  words: {
    tool: ['Ledgerline', 'Quillbase', 'Tinderbox', 'Halyard', 'Parcel Post'],
    part: ['the parser', 'the job queue', 'the search index', 'the release script'],
  },
  templates: [
    {
      title: '{tool} {a1}.{b1} makes {part} {d1} times faster',
      paragraphs: [
        'The new release rewrites {part} around one sorted list. On our machines a full run went from {d3} to {d2} seconds.',
        'Upgrading needs no change of configuration.',
      ],
      tags: ['Release'],
    },
    {
      title: 'How we took {part} of {tool} apart',
      paragraphs: [
        'For {d2} weeks {part} of {tool} failed once a night. The cause was a clock that went backwards by {d2} milliseconds.',
      ],
      tags: ['Engineering'],
    },
  ],
};

export const weatherDesk: Desk = {
  authors: ['Weather desk'],
  words: {
    wind: ['north-westerly', 'southerly', 'light easterly', 'gusty westerly'],
    sky: ['rain before noon', 'clear spells', 'fog on the water', 'hail later'],
  },
  templates: [
    {
      title: 'Bulletin {n}: {wind} wind, {sky}',
      paragraphs: ['{wind} wind of {d2} km/h, {sky}. High water at the quay {a1}.{b1} m.'],
      tags: ['Weather'],
    },
  ],
};
