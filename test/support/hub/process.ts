/** The test hub as a separate process, controlled and observed over IPC. */
import { type Hub, type HubEvent, type Misbehaviour, startHub } from './hub.ts';

/** What its parent may say. */
export type HubCommand =
  | { readonly kind: 'misbehave'; readonly how: Misbehaviour }
  | { readonly kind: 'publish'; readonly topic: string; readonly body: string }
  | { readonly kind: 'close' };

/** What it says. */
export type HubNews =
  | { readonly kind: 'ready'; readonly url: string }
  | { readonly kind: HubEvent }
  | { readonly kind: 'published'; readonly statuses: readonly number[] };

const EVENTS: readonly HubEvent[] = ['asked', 'confirmed', 'unconfirmed', 'denied', 'left'];

function tell(news: HubNews): void {
  process.send?.(news);
}

async function follow(hub: Hub, event: HubEvent): Promise<void> {
  for (let times = 1; ; times += 1) {
    await hub.until(event, times);
    tell({ kind: event });
  }
}

async function obey(hub: Hub, command: HubCommand): Promise<void> {
  switch (command.kind) {
    case 'misbehave':
      hub.misbehave(command.how);
      return;
    case 'publish': {
      const replies = await hub.publish(command.topic, command.body);
      tell({ kind: 'published', statuses: replies.map(({ status }) => status) });
      return;
    }
    case 'close':
      await hub.close();
      process.disconnect();
  }
}

const hub = await startHub();
for (const event of EVENTS) void follow(hub, event);
process.on('message', (command) => {
  // Only the test that started it can send something.
  void obey(hub, command as HubCommand);
});
tell({ kind: 'ready', url: hub.url });
