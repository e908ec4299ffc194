/** When is something published, as it is handed to readers? */
import { createDocuments } from '../../src/io/store/documents.ts';
import type { TestRedis } from './redis.ts';

/** @param prefix  a hash tag, if the site has its own. Resolves when the document at this path contains the text; it is read again at each change. */
export async function untilPublished(
  redis: TestRedis,
  path: string,
  text: string,
  prefix = redis.prefix,
): Promise<void> {
  const connection = await redis.connect();
  const documents = createDocuments(connection.client, `${prefix}:`);
  let resolve: () => void;
  const found = new Promise<void>((settle) => {
    resolve = settle;
  });
  const look = async (): Promise<void> => {
    const document = await documents.get(path);
    if (
      Buffer.from(document?.body ?? [])
        .toString('utf8')
        .includes(text)
    )
      resolve();
  };
  const unwatch = await documents.watch(() => void look());
  await look();
  await found;
  await unwatch();
  await connection.close();
}
