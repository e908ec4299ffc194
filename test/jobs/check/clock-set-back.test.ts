import { describe, expect, it } from 'vitest';
import { setClockBack } from '../../../src/jobs/check/clock-set-back.ts';
import { runningConfigOf } from '../../../src/jobs/running-config.ts';
import { FIRST_STATE, type SourceState } from '../../../src/model/source-state.ts';
import type { SetBack } from '../../../src/ports/checks.ts';
import { memoryChecks } from '../../support/memory.ts';
import { DAY, HOUR, settingsWith, T0 } from '../check-slots.ts';

const AHEAD = T0 + 300 * DAY;

function stateAt(lastCheckAt: number, more: Partial<SourceState> = {}): SourceState {
  return { ...FIRST_STATE, lastCheckAt, nextCheckAt: lastCheckAt + HOUR, ...more };
}

describe('setClockBack', () => {
  it('gives a source that was checked in the future the wait that was decided then, and leaves the others', async () => {
    const checks = memoryChecks(
      new Map([
        ['a', stateAt(AHEAD)],
        ['b', stateAt(T0 - HOUR / 2)],
      ]),
    );
    expect(await setClockBack(runningConfigOf(settingsWith()), checks, T0)).toBe(1);
    expect(checks.states.get('a')?.nextCheckAt).toBe(T0 + HOUR);
    expect(checks.states.get('b')?.nextCheckAt).toBe(T0 + HOUR / 2);
  });

  it('changes nothing the second time', async () => {
    const checks = memoryChecks(new Map([['a', stateAt(AHEAD)]]));
    await setClockBack(runningConfigOf(settingsWith()), checks, T0);
    const after = checks.states.get('a');
    await setClockBack(runningConfigOf(settingsWith()), checks, T0);
    expect(checks.states.get('a')).toEqual(after);
  });

  it('frees the budget of the address that is fetched, the adopted one included', async () => {
    const adopted = { adoptedUrl: 'https://new.example/feed', adoptedFrom: 'https://a.example/feed' };
    const moved: SetBack[] = [];
    const checks = memoryChecks(new Map([['a', stateAt(AHEAD, adopted)]]));
    const recording = {
      ...checks,
      setBack: (sources: readonly SetBack[]) => {
        moved.push(...sources);
        return Promise.resolve();
      },
    };
    await setClockBack(runningConfigOf(settingsWith()), recording, T0);
    expect(moved).toEqual([{ sourceId: 'a', budgetKey: 'new.example', nextCheckAt: T0 + HOUR }]);
  });

  it('leaves a paused source, and one that is not in the schedule', async () => {
    const checks = memoryChecks(new Map([['a', stateAt(AHEAD, { pausedAt: AHEAD })]]));
    expect(await setClockBack(runningConfigOf(settingsWith()), checks, T0)).toBe(0);
  });
});
