/** How may an operator change the config, and what do posts and addresses follow? */
import type { Random } from '../../../bench/fuzz/random.ts';

export interface YearCategory {
  readonly slug: string;
  readonly was: readonly string[];
}

export interface YearConfig {
  readonly siteUrl: string;
  readonly categories: readonly YearCategory[];
  /** Categories of each source. */
  readonly sources: ReadonlyMap<string, readonly string[]>;
}

export interface Edit {
  /** For the report of a failure. */
  readonly what: string;
  readonly config: YearConfig;
}

/** Undefined where the config of the moment does not allow it. */
type Rule = (config: YearConfig, random: Random, fresh: () => number) => Edit | undefined;

const SITES = ['https://news.example.org', 'http://news.example.org', 'https://www.example.net', 'https://example.com'];

const withSource = (config: YearConfig, id: string, slugs: readonly string[]): YearConfig => ({
  ...config,
  sources: new Map([...config.sources, [id, slugs]]),
});

/** Slugs of sources with one in the place of some others. */
function replaced(config: YearConfig, from: readonly string[], to: string): YearConfig['sources'] {
  return new Map(
    [...config.sources].map(([id, slugs]) => [
      id,
      [...new Set(slugs.map((slug) => (from.includes(slug) ? to : slug)))],
    ]),
  );
}

const addSource: Rule = (config, random, fresh) => {
  if (config.sources.size >= 8) return undefined;
  const category = random.pick(config.categories);
  const id = `s${fresh()}`;
  return { what: `add ${id} to ${category.slug}`, config: withSource(config, id, [category.slug]) };
};

const removeSource: Rule = (config, random) => {
  if (config.sources.size < 3) return undefined;
  const id = random.pick([...config.sources.keys()]);
  return {
    what: `remove ${id}`,
    config: { ...config, sources: new Map([...config.sources].filter(([one]) => one !== id)) },
  };
};

const moveSource: Rule = (config, random) => {
  const id = random.pick([...config.sources.keys()]);
  const some = config.categories.filter(() => random.chance(0.5)).map(({ slug }) => slug);
  const slugs = some.length > 0 ? some : [random.pick(config.categories).slug];
  return { what: `move ${id} to ${slugs.join(' ')}`, config: withSource(config, id, slugs) };
};

const addCategory: Rule = (config, _random, fresh) => {
  if (config.categories.length >= 5) return undefined;
  const slug = `c${fresh()}`;
  return { what: `add category ${slug}`, config: { ...config, categories: [...config.categories, { slug, was: [] }] } };
};

/** One that no source is in. */
const removeCategory: Rule = (config, random) => {
  const used = new Set([...config.sources.values()].flat());
  const unused = config.categories.filter(({ slug }) => !used.has(slug));
  if (unused.length === 0 || config.categories.length < 2) return undefined;
  const gone = random.pick(unused);
  return {
    what: `remove category ${gone.slug}`,
    config: { ...config, categories: config.categories.filter((one) => one !== gone) },
  };
};

const renameCategory: Rule = (config, random, fresh) => {
  const old = random.pick(config.categories);
  const slug = `c${fresh()}`;
  const renamed = { slug, was: [...old.was, old.slug] };
  return {
    what: `rename ${old.slug} to ${slug}`,
    config: {
      ...config,
      categories: config.categories.map((one) => (one === old ? renamed : one)),
      sources: replaced(config, [old.slug], slug),
    },
  };
};

/** Some sources of a category get one of their own. */
const splitCategory: Rule = (config, random, fresh) => {
  if (config.categories.length >= 5) return undefined;
  const old = random.pick(config.categories);
  const slug = `c${fresh()}`;
  const sources = new Map(
    [...config.sources].map(([id, slugs]) => [
      id,
      slugs.includes(old.slug) && random.chance(0.5) ? slugs.map((one) => (one === old.slug ? slug : one)) : slugs,
    ]),
  );
  return {
    what: `split ${slug} off ${old.slug}`,
    config: { ...config, categories: [...config.categories, { slug, was: [] }], sources },
  };
};

const joinCategories: Rule = (config, random) => {
  const [into, from] = [random.pick(config.categories), random.pick(config.categories)];
  if (into === from) return undefined;
  const joined = { slug: into.slug, was: [...into.was, from.slug, ...from.was] };
  return {
    what: `join ${from.slug} to ${into.slug}`,
    config: {
      ...config,
      categories: config.categories.filter((one) => one !== from).map((one) => (one === into ? joined : one)),
      sources: replaced(config, [from.slug], into.slug),
    },
  };
};

const moveSite: Rule = (config, random) => {
  const siteUrl = random.pick(SITES.filter((url) => url !== config.siteUrl));
  return { what: `site.url ${siteUrl}`, config: { ...config, siteUrl } };
};

const RULES = [
  ...[addSource, addSource, removeSource, moveSource, moveSource, addCategory, removeCategory],
  ...[renameCategory, renameCategory, splitCategory, joinCategories, moveSite],
];

export const FIRST_CONFIG: YearConfig = {
  siteUrl: 'https://news.example.org',
  categories: [
    { slug: 'c1', was: [] },
    { slug: 'c2', was: [] },
  ],
  sources: new Map([
    ['s1', ['c1']],
    ['s2', ['c1', 'c2']],
    ['s3', ['c2']],
  ]),
};

export function drawEdit(config: YearConfig, random: Random, fresh: () => number): Edit {
  for (;;) {
    const edit = random.pick(RULES)(config, random, fresh);
    if (edit !== undefined) return edit;
  }
}
