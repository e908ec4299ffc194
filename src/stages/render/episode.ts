/** Which tags tell podcast apps about an episode (Apple's and those of Podcasting 2.0), in RSS and Atom alike? */
import type { Episode } from '../../model/feed.ts';
import type { Post } from '../../model/post.ts';
import { mediaOf, webAddress } from './addresses.ts';

/** Go into the start tag of every feed that may hold such tags. */
export const EPISODE_NAMESPACES =
  'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:podcast="https://podcastindex.org/namespace/1.0"';

export interface EpisodeTag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | undefined>>;
  readonly text?: string;
}

/** None for a post that is no episode, also if it has a recording: a feed with such tags must say more of itself. */
export function episodeTags(post: Post): readonly EpisodeTag[] {
  const { episode } = post;
  if (episode === undefined) return [];
  const {
    durationSeconds = mediaOf(post).find(isRecording)?.durationSeconds,
    season,
    number,
    kind,
    explicit,
  } = episode;
  const cover = webAddress(episode.image) ?? webAddress(post.image);
  return [
    ...textTag('itunes:duration', durationSeconds),
    ...textTag('itunes:season', wholeNumber(season)),
    ...numberTags(number),
    ...textTag('itunes:episodeType', kind),
    ...textTag('itunes:explicit', explicit),
    ...(cover === undefined ? [] : [{ name: 'itunes:image', attributes: { href: cover } }]),
    ...fileTags(episode),
  ];
}

/** @param media  with its type, as `mediaOf` gives it */
export function isRecording({ type }: { readonly type: string }): boolean {
  return type.startsWith('audio/') || type.startsWith('video/');
}

/** Apple's number is a whole one from 1; that of Podcasting 2.0 may be any. */
function numberTags(number: number | undefined): readonly EpisodeTag[] {
  return wholeNumber(number) === undefined ? textTag('podcast:episode', number) : textTag('itunes:episode', number);
}

function wholeNumber(number: number | undefined): number | undefined {
  return number !== undefined && Number.isInteger(number) && number > 0 ? number : undefined;
}

function fileTags({ transcripts: listed = [], chapters: file }: Episode): readonly EpisodeTag[] {
  const transcripts = listed.flatMap(({ url: address, type, language, captions }) => {
    const url = webAddress(address);
    if (url === undefined) return [];
    const rel = captions === true ? 'captions' : undefined;
    return [{ name: 'podcast:transcript', attributes: { url, type: type ?? transcriptType(url), language, rel } }];
  });
  const chapters = webAddress(file?.url);
  if (chapters === undefined) return transcripts;
  const type = file?.type ?? 'application/json+chapters';
  return [...transcripts, { name: 'podcast:chapters', attributes: { url: chapters, type } }];
}

const TRANSCRIPT_TYPES: Readonly<Record<string, string>> = {
  vtt: 'text/vtt',
  srt: 'application/x-subrip',
  json: 'application/json',
  txt: 'text/plain',
};

/** The tag must have one. */
function transcriptType(url: string): string {
  const suffix = /\.([a-z]+)$/iu.exec(new URL(url).pathname)?.[1]?.toLowerCase() ?? '';
  return TRANSCRIPT_TYPES[suffix] ?? 'text/html';
}

function textTag(name: string, value: string | number | boolean | undefined): readonly EpisodeTag[] {
  return value === undefined ? [] : [{ name, attributes: {}, text: String(value) }];
}
