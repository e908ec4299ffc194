import { describe, expect, it } from 'vitest';
import { mediaDuration } from '../../src/syntax/media-duration.ts';

describe('mediaDuration', () => {
  it.each([
    ['3723', 3723],
    [' 90.4 ', 90],
    ['01:02:03', 3723],
    ['62:03', 3723],
    ['1:02:03.5', 3724],
    ['PT1H2M3S', 3723],
    ['1h 2m', 3720],
    ['45 min', 2700],
    ['45分钟', 2700],
    ['1小时2分3秒', 3723],
  ])('%s is %i seconds', (written, seconds) => {
    expect(mediaDuration(written)).toBe(seconds);
  });

  it.each(['', '0', '00:00:00', 'long', '1:2:3:4', '-5', 'P', `1h${' '.repeat(100)}2m`])('%j is none', (written) => {
    expect(mediaDuration(written)).toBeUndefined();
  });
});
