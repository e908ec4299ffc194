/** What do we keep of an episode, and what does it have from its podcast? */
import type { Enclosure, Episode, ParsedFeed } from '../../model/feed.ts';

/**
 * An episode without a cover has that of its podcast, and is explicit where the podcast is: in a feed of several
 * podcasts, no app could tell.
 *
 * @param stated   as the entry says it; absent for an entry that says nothing of the kind
 * @param address  the address if it may be published
 */
export function episodeFrom(
  stated: Episode | undefined,
  { episodes }: Pick<ParsedFeed, 'episodes'>,
  enclosures: readonly Enclosure[],
  address: (url: string | undefined) => string | undefined,
): Episode | undefined {
  const isEpisode = stated !== undefined || (episodes !== undefined && enclosures.some(isRecording));
  if (!isEpisode) return undefined;
  const { image: own, transcripts: listed = [], chapters: file, ...plain } = stated ?? {};
  const explicit = plain.explicit ?? episodes?.explicit;
  const image = address(own) ?? address(episodes?.image);
  const transcripts = listed.flatMap((transcript) => {
    const url = address(transcript.url);
    return url === undefined ? [] : [{ ...transcript, url }];
  });
  const chapters = address(file?.url);
  const episode: Episode = {
    ...plain,
    ...(explicit !== undefined && { explicit }),
    ...(image !== undefined && { image }),
    ...(transcripts.length > 0 && { transcripts }),
    ...(chapters !== undefined && { chapters: { ...file, url: chapters } }),
  };
  return Object.keys(episode).length > 0 ? episode : undefined;
}

function isRecording({ url, type }: Enclosure): boolean {
  return /^(?:audio|video)\//i.test(type ?? '') || /\.(?:mp3|m4a|m4b|ogg|opus|aac|mp4|m4v)(?:[?#]|$)/i.test(url);
}
