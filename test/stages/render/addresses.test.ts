import { expect, it } from 'vitest';
import { webAddress } from '../../../src/stages/render/addresses.ts';

it.each([
  ['https://a.org/60916a|b^c`{d}.jpg', 'https://a.org/60916a%7Cb%5Ec%60%7Bd%7D.jpg'],
  ['https://a.org/?x[]=1|2', 'https://a.org/?x%5B%5D=1%7C2'],
  ['http://[::1]:8080/a[1]', 'http://[::1]:8080/a%5B1%5D'],
  ['https://新闻.example/图', 'https://xn--efvy88h.example/%E5%9B%BE'],
  ['https://a.org/a%7Cb', 'https://a.org/a%7Cb'],
  ['javascript:alert(1)', undefined],
])('webAddress makes a URI of %s', (written, address) => {
  expect(webAddress(written)).toBe(address);
});
