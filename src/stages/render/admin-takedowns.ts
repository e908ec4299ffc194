/** How are the confirmation of a removal and the list of removed posts rendered? */
import type { AdminFrame, AdminView, RemovedPost, TakedownAction } from '../../model/admin.ts';
import { postPath } from '../../model/paths.ts';
import { type AdminPage, moment } from './admin-frame.ts';
import { sourcePath } from './admin-parts.ts';
import { given, type Html, markup } from './html.ts';

export function confirmRemovePage(
  { post }: Extract<AdminView, { kind: 'confirm-remove' }>,
  frame: AdminFrame,
): AdminPage {
  const { root, formToken } = frame;
  const main = markup`<p><a href="${root}${postPath(post.id).slice(1)}">${post.title}</a> <span class="meta">${moment(post.publishedAt, frame)} <code>${post.id}</code></span></p>
<p>It disappears from every feed, page and copy within seconds. Its entries are not published again, under any guid, link or text. Its text is kept for 30 days, so that this can be undone.</p>
<form method="post" action="${root}admin/post/${post.id}/remove"><input type="hidden" name="formToken" value="${formToken}">
<label for="why">Why (shown in the trace of the post; may be left out)</label>
<p><input type="text" id="why" name="why" maxlength="500"></p>
<p><button>Remove it</button> <a href="${sourcePath(post.source.id, frame)}">Keep it</a></p>
</form>
`;
  return { title: 'Remove this post?', current: 'removed', main };
}

export function confirmPurgePage(
  { sourceId, posts }: Extract<AdminView, { kind: 'confirm-purge' }>,
  frame: AdminFrame,
): AdminPage {
  const path = sourcePath(sourceId, frame);
  const main = markup`<p><code>${sourceId}</code> has ${posts} ${posts === 1 ? 'post' : 'posts'}. Stories that other sources report too stay, without it. This cannot be undone.</p>
<form method="post" action="${path}/purge"><input type="hidden" name="formToken" value="${frame.formToken}">
<p><button>Remove all its posts</button> <a href="${path}">Keep them</a></p>
</form>
`;
  return { title: 'Remove all posts of this source?', current: 'removed', main };
}

const DONE: Readonly<Record<TakedownAction, string>> = {
  remove: 'The post is removed.',
  restore:
    'The post is allowed again. If its text was kept, it is published within seconds, else when its source offers it.',
  purge: 'The posts of the source are removed.',
};

export function removedPage({ posts, done }: Extract<AdminView, { kind: 'removed' }>, frame: AdminFrame): AdminPage {
  const said = given(
    done,
    ({ action, result }) =>
      markup`<p class="note" role="status">${result === 'done' ? DONE[action] : 'There was nothing to do.'}</p>\n`,
  );
  const list =
    posts.length === 0
      ? markup`<p>No post was removed.</p>\n`
      : markup`<ol class="titles">\n${posts.map((post) => removedItem(post, frame))}</ol>\n`;
  return { title: 'Removed posts', current: 'removed', main: markup`${said}${list}` };
}

function removedItem({ id, sourceId, at, why, title }: RemovedPost, frame: AdminFrame): Html {
  const { root, formToken } = frame;
  return markup`<li>${title ?? 'Its text is not kept any more'} <span class="meta">${sourceId} <code>${id}</code> ${moment(at, frame)}${given(why, (text) => markup` ${text}`)}</span> <form class="inline" method="post" action="${root}admin/post/${id}/restore"><input type="hidden" name="formToken" value="${formToken}"><button>Restore</button></form></li>\n`;
}
