/** Which files does `feedmill init` write? `template/` holds the ones it writes with the defaults. */
import { stringify } from 'yaml';

export interface StarterAnswers {
  readonly title: string;
  /** Public address; undefined: FEEDMILL_URL, else this machine. */
  readonly url?: string;
  /** BCP 47. */
  readonly language: string;
  readonly timezone: string;
  readonly feeds: readonly StarterFeed[];
  /** The language of comments and of the README. */
  readonly comments: CommentLanguage;
}

export interface StarterFeed {
  readonly url: string;
  readonly title?: string;
}

export type CommentLanguage = 'en' | 'zh';

export interface StarterFile {
  /** Below the new directory, with `/`. */
  readonly path: string;
  readonly text: string;
}

const DEFAULT_FEEDS: Readonly<Record<CommentLanguage, readonly StarterFeed[]>> = {
  en: [
    { url: 'https://feeds.bbci.co.uk/news/world/rss.xml', title: 'BBC World' },
    { url: 'https://www.theguardian.com/world/rss', title: 'The Guardian' },
    { url: 'https://rss.dw.com/rdf/rss-en-all', title: 'Deutsche Welle' },
    { url: 'https://www.nasa.gov/feed/', title: 'NASA' },
    { url: 'https://www.quantamagazine.org/feed/', title: 'Quanta Magazine' },
  ],
  zh: [
    { url: 'https://www.chinanews.com.cn/rss/finance.xml', title: '中国新闻网财经' },
    { url: 'https://www.ftchinese.com/rss/feed', title: 'FT中文网' },
    { url: 'https://sspai.com/feed', title: '少数派' },
    { url: 'https://www.solidot.org/index.rss', title: 'Solidot' },
    { url: 'https://36kr.com/feed', title: '36氪' },
  ],
};

/** The answers that are used if the operator gives none. */
export function defaultAnswers(comments: CommentLanguage): StarterAnswers {
  return comments === 'zh'
    ? { title: '我的新闻', language: 'zh-CN', timezone: 'Asia/Shanghai', feeds: DEFAULT_FEEDS.zh, comments }
    : { title: 'My news', language: 'en', timezone: 'UTC', feeds: DEFAULT_FEEDS.en, comments };
}

/** A complete repository: the config, a workflow that publishes it, and one screen of explanation. */
export function starterFiles(answers: StarterAnswers): readonly StarterFile[] {
  const words = WORDS[answers.comments];
  return [
    { path: 'config/site.yaml', text: siteYaml(answers, words) },
    { path: 'config/feeds.yaml', text: feedsYaml(answers, words) },
    { path: '.github/workflows/publish.yaml', text: workflow(words) },
    { path: '.gitignore', text: 'data/\npublic/\nsecrets/\n.env\n' },
    { path: 'README.md', text: words.readme(answers.title) },
  ];
}

/** A value as YAML writes it, quoted where that is needed. */
function scalar(value: string): string {
  return stringify(value, { lineWidth: 0 }).trimEnd();
}

function siteYaml({ title, url, language, timezone }: StarterAnswers, words: Words): string {
  return `${comment(words.site)}
site:
  title: ${scalar(title)}
  url: ${url === undefined ? '${FEEDMILL_URL:-http://localhost:8080}' : scalar(url)} # ${words.url}
  language: ${scalar(language)}
  timezone: ${scalar(timezone)} # ${words.timezone}

fetch:
  contact: \${FEEDMILL_CONTACT:-} # ${words.contact}

publish:
  directory: public # ${words.directory}

# ${words.token}
admin:
  token: \${FEEDMILL_ADMIN_TOKEN:-}

# ${words.category}
categories:
  - slug: news
    title: ${scalar(words.news)}
`;
}

function feedsYaml({ feeds, timezone }: StarterAnswers, words: Words): string {
  const sources = feeds.map(({ url, title }) => {
    const lines = [
      `  - url: ${scalar(url)}`,
      ...(title === undefined ? [] : [`    title: ${scalar(title)}`]),
      '    categories: [news]',
    ];
    return lines.join('\n');
  });
  const zone = timezone === 'UTC' ? 'Asia/Shanghai' : timezone;
  return `${comment(words.feeds)}
sources:
${sources.join('\n')}
  # - url: https://example.org/feed.xml
  #   categories: [news]
  #   timezone: ${zone} # ${words.zone}
  #   rules:
  #     - { type: keyword, field: title, any: [${words.advert}], then: drop }
`;
}

function workflow(words: Words): string {
  return `${comment(words.workflow)}
name: publish
on:
  schedule:
    - cron: '17 * * * *'
  workflow_dispatch:
  push:
    branches: [main]

permissions:
  contents: read
  pages: write
  id-token: write

# ${words.concurrency}
concurrency: publish

jobs:
  publish:
    runs-on: ubuntu-latest
    environment:
      name: github-pages
      url: \${{ steps.deployment.outputs.page_url }}
    steps:
      - uses: actions/checkout@v4
      # ${words.action}
      - uses: actions/checkout@v4
        with:
          repository: \${{ vars.FEEDMILL_REPOSITORY }}
          path: .feedmill
      - uses: actions/configure-pages@v5
        id: pages
      - uses: ./.feedmill
        env:
          FEEDMILL_URL: \${{ steps.pages.outputs.base_url }}
      - uses: actions/deploy-pages@v4
        id: deployment
`;
}

function comment(lines: readonly string[]): string {
  return lines.map((line) => (line === '' ? '#' : `# ${line}`)).join('\n') + '\n';
}

interface Words {
  readonly site: readonly string[];
  readonly url: string;
  readonly timezone: string;
  readonly contact: string;
  readonly directory: string;
  readonly token: string;
  readonly category: string;
  readonly news: string;
  readonly feeds: readonly string[];
  readonly zone: string;
  readonly advert: string;
  readonly workflow: readonly string[];
  readonly concurrency: string;
  readonly action: string;
  readonly readme: (title: string) => string;
}

const WORDS: Readonly<Record<CommentLanguage, Words>> = {
  en: {
    site: [
      'The site. Every *.yaml and *.opml file in this directory is read; all of them together are the config.',
      'Passwords do not belong here: ${NAME} is taken from the environment, or from a file named by NAME_FILE.',
      '',
      '  feedmill check           reports every problem',
      '  feedmill check --fetch   tries each source too',
    ],
    url: 'public address: every link starts here, and ids too, so set it before you publish',
    timezone: 'of times shown, and for dates of sources that name no zone',
    contact: 'mailto:you@example.org; origins find it in the User-Agent',
    directory: 'a static copy of everything that is served',
    token: 'Empty: with a public address, a token is made and kept in data/admin-token.',
    category: 'Each category has a page and feeds: /category/news.html, .rss, .atom, .json',
    news: 'News',
    feeds: ['The sources. A page that names its feed will do as an address.'],
    zone: 'for dates without a zone',
    advert: 'advertisement',
    workflow: [
      'Fetches every source once an hour and publishes the pages on GitHub Pages.',
      'In the settings of the repository: Pages, Source: "GitHub Actions"; Variables: FEEDMILL_REPOSITORY, the OWNER/NAME of',
      'the repository that holds Feedmill.',
    ],
    concurrency: 'Never two at once: they would publish over each other.',
    action: 'Feedmill itself; its action.yml keeps the state in a cache and uploads the pages.',
    readme: (title) => `# ${title}

A planet made with Feedmill: \`config/\` lists the sources, and what they publish becomes pages and feeds.

## On GitHub Pages

1. Settings → Pages → Source: **GitHub Actions**.
2. Settings → Secrets and variables → Actions → Variables: \`FEEDMILL_REPOSITORY\`, the \`OWNER/NAME\` of the repository that
   holds Feedmill.
3. Actions → publish → Run workflow. From then on it runs once an hour, and after each push.

State is kept in the cache of the workflow: dates of first sight and what was published. If the cache is lost, entries that still
stand in their feeds are published as new ones, under the same ids.

## On your own machine

\`\`\`sh
feedmill check   # reports every problem of config/
feedmill once    # fetches every source, writes public/
feedmill start   # or: keeps running and serves http://localhost:8080/
\`\`\`

Edit \`config/feeds.yaml\` to choose the sources and \`config/site.yaml\` for title and language.
`,
  },
  zh: {
    site: [
      '站点设置。此目录中的每个 *.yaml 和 *.opml 文件都会被读取，合在一起就是全部配置。',
      '密码不要写在这里：${NAME} 取自环境变量，或取自 NAME_FILE 指定的文件。',
      '',
      '  feedmill check           报告所有问题',
      '  feedmill check --fetch   同时试抓每个来源',
    ],
    url: '公开地址：所有链接和 id 都以它开头，请在发布之前设定',
    timezone: '用于显示时间，以及没有写明时区的日期',
    contact: 'mailto:you@example.org；会写入 User-Agent，便于对方联系',
    directory: '所有页面和订阅源的静态副本',
    token: '留空：若站点地址是公开的，会自动生成口令并保存在 data/admin-token。',
    category: '每个分类有一个页面和若干订阅源：/category/news.html、.rss、.atom、.json',
    news: '新闻',
    feeds: ['来源。也可以填写网页地址，只要该网页注明了它的订阅源。'],
    zone: '用于没有写明时区的日期',
    advert: '广告',
    workflow: [
      '每小时抓取一次所有来源，并发布到 GitHub Pages。',
      '在仓库设置中：Pages 的 Source 选 “GitHub Actions”；Variables 中新建 FEEDMILL_REPOSITORY，',
      '值为存放 Feedmill 的仓库，即 OWNER/NAME。',
    ],
    concurrency: '同一时间只运行一个，否则会互相覆盖。',
    action: 'Feedmill 本身；其中的 action.yml 用缓存保存状态，并上传页面。',
    readme: (title) => `# ${title}

用 Feedmill 搭建的聚合站：\`config/\` 列出来源，来源发布的内容会变成页面和订阅源。

## 发布到 GitHub Pages

1. Settings → Pages → Source：选择 **GitHub Actions**。
2. Settings → Secrets and variables → Actions → Variables：新建 \`FEEDMILL_REPOSITORY\`，值为存放 Feedmill 的仓库（\`OWNER/NAME\`）。
3. Actions → publish → Run workflow。此后每小时运行一次，每次推送后也会运行。

状态（首次发现的时间、已发布的内容）保存在工作流的缓存中。缓存丢失时，来源中仍在的条目会以原来的 id 重新发布。

## 在自己的机器上

\`\`\`sh
feedmill check   # 报告 config/ 的所有问题
feedmill once    # 抓取所有来源，写入 public/
feedmill start   # 或者：持续运行，打开 http://localhost:8080/
\`\`\`

在 \`config/feeds.yaml\` 中选择来源，在 \`config/site.yaml\` 中设定标题和语言。
`,
  },
};
