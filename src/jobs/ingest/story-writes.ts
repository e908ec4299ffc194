/** What is written for a story, once its entries are known? */
import type { Markup } from '../../model/feed.ts';
import type { Draft, Post } from '../../model/post.ts';
import type { EditSettings, HtmlSettings } from '../../model/settings.ts';
import type { NewEntryRecord, Join, PostWrite, StoredStory } from '../../ports/posts.ts';
import { decideEdit, type EditDecision } from '../../stages/classify/edits.ts';
import { changedPost, newPost, type SafeHtml } from '../../stages/classify/posts.ts';
import { byTime, type Preference, tellStory } from '../../stages/classify/stories.ts';
import { leadPicture } from '../../stages/sanitise/lead-picture.ts';
import { sanitiseHtml } from '../../stages/sanitise/sanitise.ts';
import type { EntryDecision, ClassifiedEntry } from './entry-decision.ts';
import type { StoryGroup } from './story-groups.ts';

export interface Decided {
  readonly group: StoryGroup;
  readonly decisions: readonly EntryDecision[];
  readonly write?: PostWrite;
}

export interface DecideContext {
  readonly html: HtmlSettings;
  readonly edits: EditSettings;
  readonly preference: Preference;
  /** Ids of sources whose own entries may be one story. */
  readonly within: readonly string[];
  readonly now: number;
}

/**
 * One post for the whole story: the earliest existing one, by publishing time, then by id; else that of the earliest
 * new entry. A post that readers have seen keeps its id.
 */
export function decideStory(group: StoryGroup, context: DecideContext): Decided {
  const { stories, offered, unsaved } = group;
  const root = [...stories].sort((a, b) => byTime(a.post, b.post))[0];
  if (root === undefined && group.isForgotten)
    return { group, decisions: offered.map((item) => decisionOf(item, item.id, { kind: 'forgotten' })) };

  const tellings = new Map(stories.flatMap(tellingsOf).map((telling) => [telling.id, telling]));
  const versions = offered.map((item) => nextVersion(item, tellings.get(item.id), context));
  for (const { after } of versions) tellings.set(after.id, after);
  const post = root?.post ?? earliest(versions.map(({ after }) => after));
  const shownId = post.tellingId ?? post.id;
  const announced = versions.some(
    ({ item, announced: isAnnounced }) => isAnnounced && item.id === shownId && root !== undefined,
  );
  const all = [...tellings.values()];
  const after =
    all.length === 1 && all[0] !== undefined
      ? all[0]
      : tellStory(post, all, context.preference, { announced, now: context.now, within: context.within });

  const own = offered.find(({ id }) => id === post.id);
  const joins: readonly Join[] = [
    ...stories.filter(({ id }) => id !== post.id).map(({ id, version }) => ({ id, expectedVersion: version })),
    ...unsaved.map((id) => ({ id, expectedVersion: 0 })),
    ...offered
      .filter(({ id }) => id !== post.id)
      .map((item) => ({ id: item.id, expectedVersion: item.known.stored?.version ?? 0, mark: markOf(item) })),
  ];
  const keys = offered.flatMap(({ known }) => known.newKeys);
  return {
    group,
    write: {
      post: after,
      expectedVersion: root?.version ?? own?.known.stored?.version ?? 0,
      ...(own !== undefined && { mark: markOf(own) }),
      ...(keys.length > 0 && { keys }),
      ...(all.length > 1 && { tellings: all }),
      ...(joins.length > 0 && { joins }),
    },
    decisions: versions.map(({ item, kind, announced: isAnnounced, edit }) =>
      decisionOf(item, post.id, {
        kind: kind === 'changed' ? kind : item.id === post.id ? 'added' : joinedKind(item, group),
        ...(kind === 'changed' && { announced: isAnnounced }),
        ...(edit !== undefined && { edit }),
        ...(root !== undefined && { before: root.post }),
        after,
        likeness: group.matches.get(item.id),
      }),
    ),
  };
}

interface EntryVersion {
  readonly item: ClassifiedEntry;
  readonly kind: 'new' | 'changed';
  readonly announced: boolean;
  readonly edit?: EditDecision['why'];
  /** The entry as a post of its own. */
  readonly after: Post;
}

function nextVersion(
  item: ClassifiedEntry,
  before: Post | undefined,
  { html, edits: settings, now }: DecideContext,
): EntryVersion {
  const { entry, id, place, classification } = item;
  const safe = safeHtml(entry.draft, html);
  if (before === undefined || classification.kind !== 'changed')
    return { item, kind: 'new', announced: true, after: newPost(id, entry.draft, safe, { at: now, place }) };
  if (!classification.announced) {
    // It is in other scopes now; its text is the same.
    const kept = { announced: false, now, ...(before.edits !== undefined && { edits: before.edits }) };
    return { item, kind: 'changed', announced: false, after: changedPost(before, entry.draft, safe, kept) };
  }
  const { announced, why, edits } = decideEdit(before, { title: entry.draft.title, ...safe }, settings, now);
  const after = changedPost(before, entry.draft, safe, { announced, edits, now });
  return { item, kind: 'changed', announced, edit: why, after };
}

function tellingsOf({ post, tellings }: StoredStory): readonly Post[] {
  if (tellings.length > 0) return tellings.map(({ telling }) => telling);
  return post === undefined ? [] : [post];
}

function earliest(posts: readonly Post[]): Post {
  return posts.reduce((first, post) => (byTime(post, first) < 0 ? post : first));
}

function joinedKind({ id }: ClassifiedEntry, { matches }: StoryGroup): 'similar' | 'duplicate' {
  return matches.has(id) ? 'similar' : 'duplicate';
}

type DecisionFacts = Pick<EntryDecision, 'kind' | 'announced' | 'edit' | 'before' | 'after'> & {
  readonly likeness?: EntryDecision['likeness'] | undefined;
};

function decisionOf(
  { entry, id, known: { matched } }: ClassifiedEntry,
  postId: string,
  { likeness, ...facts }: DecisionFacts,
) {
  return {
    entry,
    entryId: id,
    ...(matched !== undefined && { matched }),
    postId,
    ...facts,
    ...(likeness !== undefined && { likeness }),
  };
}

function markOf({ entry: { sourceKey, titleKey, fingerprint } }: ClassifiedEntry): NewEntryRecord {
  return { sourceKey, titleKey, fingerprint };
}

function safeHtml({ content, summary }: Draft, policy: HtmlSettings): SafeHtml {
  const safe = (markup: Markup | undefined) => (markup === undefined ? undefined : sanitiseHtml(markup, policy));
  const cleaned = { content: safe(content), summary: safe(summary) };
  const picture = leadPicture(cleaned.content) ?? leadPicture(cleaned.summary);
  return {
    ...(cleaned.content !== undefined && { content: cleaned.content }),
    ...(cleaned.summary !== undefined && { summary: cleaned.summary }),
    ...(picture !== undefined && { picture }),
  };
}
