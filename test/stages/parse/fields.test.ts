/** Which field counts, when an entry says the same thing twice? The lines of docs/reading.md. */
import { describe, expect, it } from 'vitest';
import { atom, atomEntry, onlyEntry, parseFeed, rss, rssItem } from '../../support/parsing.ts';

const LINK = '<link>https://a.org/link</link>';
const FEED = { url: 'https://feeds.org/feed.xml' };

describe('the id of an entry', () => {
  it.each([
    ['the guid, trimmed', '<guid>\n x:1 </guid>', 'x:1'],
    ['the guid before Atom’s', '<a:id>2</a:id><guid>1</guid>', '1'],
    ['Atom’s without its prefix', '<dc:identifier>3</dc:identifier><id>2</id>', '2'],
    ['Dublin Core’s where there is no other', '<dc:identifier>3</dc:identifier>', '3'],
    ['not resolved', '<guid isPermaLink="true">relative</guid>', 'relative'],
    ['none where there is none', LINK, undefined],
  ])('is %s', (_title, fields, expected) => {
    expect(rssItem(fields, FEED).id).toBe(expected);
  });

  it('holds no control characters, wherever it stands', () => {
    const feed = parseFeed('<rdf:RDF><channel rdf:about="\u0011c"/><item rdf:about=" \u0011a\u0002b "/></rdf:RDF>');
    expect([feed.id, feed.entries[0]?.id]).toEqual(['c', 'ab']);
  });
});

describe('the link of an entry', () => {
  it.each([
    ['RSS’s', `<guid>https://a.org/guid</guid>${LINK}`, 'https://a.org/link'],
    ['RSS’s with an attribute', '<link href="https://a.org/href"/>', 'https://a.org/href'],
    [
      'Atom’s alternate',
      '<a:link rel="self" href="https://a.org/s"/><a:link href="https://a.org/alt"/>',
      'https://a.org/alt',
    ],
    [
      'the page, not the other formats of it',
      '<a:link type="application/json" href="/j"/><a:link type="text/html" href="/h"/>',
      'https://feeds.org/h',
    ],
    ['a guid that is an address', '<guid>https://a.org/guid</guid>', 'https://a.org/guid'],
    ['no guid that says it is none', '<guid isPermaLink="false">https://a.org/guid</guid>', undefined],
    ['a relative guid that says it is one', '<guid isPermaLink="true">/p/1</guid>', 'https://feeds.org/p/1'],
    ['a relative guid that shows it is one', '<guid>/p/1</guid>', 'https://feeds.org/p/1'],
    ['a guid with a base of its own', '<guid xml:base="https://a.org/" isPermaLink="true">p</guid>', 'https://a.org/p'],
    ['no guid in words', '<guid>post number 7</guid>', undefined],
    ['the player of a video', '<media:player url="https://a.org/play"/>', 'https://a.org/play'],
    [
      'the first enclosure where there is nothing else',
      '<enclosure url="https://a.org/1.mp3"/>',
      'https://a.org/1.mp3',
    ],
    ['the first of the web', '<link>javascript:void(0)</link><guid>https://a.org/guid</guid>', 'https://a.org/guid'],
    [
      'Atom’s first of the web',
      '<a:link href="about:blank"/><a:link rel="related" href="https://a.org/r"/>',
      'https://a.org/r',
    ],
    ['any other where none is of the web', '<link>tag:a.org,2026:1</link>', 'tag:a.org,2026:1'],
    ['the next that is a URL', '<link>http://</link><guid>https://a.org/guid</guid>', 'https://a.org/guid'],
  ])('is %s', (_title, fields, expected) => {
    expect(rssItem(fields, FEED).link).toBe(expected);
  });

  it.each([
    ['an address', 'https://a.org/1#comments', 'https://a.org/1#comments'],
    ['a path', '/1#comments', 'https://feeds.org/1#comments'],
    ['not how many there are', '5', undefined],
  ])('has comments beside it: %s', (_title, written, expected) => {
    expect(rssItem(`${LINK}<comments>${written}</comments>`, FEED).comments).toBe(expected);
  });

  it('is that of an anchor in CDF', () => {
    const feed = parseFeed('<CHANNEL><A HREF="http://a.org/"/><ITEM><A HREF="http://a.org/1"/></ITEM></CHANNEL>');
    expect([feed.link, onlyEntry(feed).link]).toEqual(['http://a.org/', 'http://a.org/1']);
  });

  it('has a canonical form beside it', () => {
    const fields = `${LINK}<feedburner:origLink>https://a.org/original</feedburner:origLink>`;
    expect(rssItem(fields)).toMatchObject({ link: 'https://a.org/link', canonicalLink: 'https://a.org/original' });
  });

  it.each([
    [
      'the relation as an IRI',
      '<link rel="http://www.iana.org/assignments/relation/alternate" href="https://a.org/1"/>',
    ],
    ['the id, if it is an address', '<id>https://a.org/1</id>'],
    ['the source of the content', '<content src="https://a.org/1" type="text/html"/>'],
    ['related where nothing else is', '<link rel="related" href="https://a.org/1"/>'],
  ])('in Atom may be %s', (_title, fields) => {
    expect(atomEntry(fields).link).toBe('https://a.org/1');
  });
});

describe('the title of an entry', () => {
  it.each([
    ['RSS’s before all others', '<dc:title>2</dc:title><media:title>3</media:title><title>1</title>', '1'],
    ['the next where it is empty', '<title/><dc:title>2</dc:title>', '2'],
    ['plain: tags go', '<title>A &lt;b&gt;bold&lt;/b&gt; one</title>', 'A bold one'],
    ['plain: references are resolved once more', '<title>Q&amp;amp;A &amp;#8211; B</title>', 'Q&A – B'],
    [
      'plain: what is no HTML stays',
      '<title>a &lt; b, List&lt;String&gt;, AT&amp;T</title>',
      'a < b, List<String>, AT&T',
    ],
    ['plain: elements are read too', '<title>A <b>bold</b> one</title>', 'A bold one'],
    ['one line', '<title>\n  two\n\tlines\u0007 </title>', 'two lines'],
    ['plain from the media', '<media:title type="plain">The &lt;video&gt; tag</media:title>', 'The <video> tag'],
    ['HTML from the media', '<media:title type="html">A &lt;video&gt; &amp;amp; B</media:title>', 'A <video> & B'],
    ['from the media where there is none', '<media:group><media:title>3</media:title></media:group>', '3'],
  ])('is %s', (_title, fields, expected) => {
    expect(rssItem(fields).title).toBe(expected);
  });

  it.each([
    ['text', '<title type="text">1 &lt;b&gt; 2 &amp;amp;</title>', '1 <b> 2 &amp;'],
    ['text without a type', '<title>the &lt;blink&gt; tag</title>', 'the <blink> tag'],
    ['html', '<title type="html">1 &lt;b&gt;2&lt;/b&gt; &amp;amp; &amp;lt;3&amp;gt;</title>', '1 2 & <3>'],
    ['html in CDATA', '<title type="html"><![CDATA[1 <b>2</b> &amp; 3]]></title>', '1 2 & 3'],
    [
      'xhtml',
      '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">1 <b>2</b> &lt;3&gt;</div></title>',
      '1 2 <3>',
    ],
    ['base64', '<title type="text/html" mode="base64">PGI+MTwvYj4gMg==</title>', '1 2'],
  ])('in Atom may be %s', (_title, fields, expected) => {
    expect(atomEntry(fields).title).toBe(expected);
  });
});

describe('content and summary', () => {
  it.each([
    ['RSS with both', '<description>s</description><content:encoded>c</content:encoded>', 's', 'c'],
    ['RSS with a description only', '<description>s</description>', 's', undefined],
    ['RSS with a summary and a description', '<summary>s</summary><description>c</description>', 's', 'c'],
    ['XHTML in RSS', '<description>s</description><xhtml:body><xhtml:p>c</xhtml:p></xhtml:body>', 's', '<p>c</p>'],
    ['a podcast', '<itunes:subtitle>t</itunes:subtitle><itunes:summary>s</itunes:summary>', 's', undefined],
    ['a video', '<media:description>s</media:description>', 's', undefined],
    ['a video in plain text', '<media:description>use &lt;b&gt;</media:description>', 'use &lt;b&gt;', undefined],
    ['Dublin Core', '<dc:description>s</dc:description>', 's', undefined],
    ['nothing that can be seen', '<description> </description><content:encoded/>', undefined, undefined],
    [
      'HTML that was not escaped',
      '<description>1 <p>2<br>3</p> &lt;4</description>',
      '1 <p>2<br>3</p> &lt;4',
      undefined,
    ],
    ['HTML', '<description>&lt;p&gt;1 &amp;amp; 2&lt;/p&gt;</description>', '<p>1 &amp; 2</p>', undefined],
    [
      'text',
      '<description>1 &lt; 2 &amp; List&lt;String&gt;</description>',
      '1 &lt; 2 &amp; List&lt;String&gt;',
      undefined,
    ],
  ])('are distinguished in %s', (_title, fields, summary, content) => {
    const entry = rssItem(fields);
    expect([entry.summary?.html, entry.content?.html]).toEqual([summary, content]);
  });

  it.each([
    ['text', '<content type="text">1 &lt;b&gt;</content>', '1 &lt;b&gt;'],
    ['text without a type', '<content>1 &lt;b&gt; &amp;amp;</content>', '1 &lt;b&gt; &amp;amp;'],
    ['HTML whose type was forgotten', '<content>&lt;p&gt;1&lt;/p&gt;</content>', '<p>1</p>'],
    [
      'HTML among several types',
      '<content type="multipart/alternative"><content type="text/plain">1</content>' +
        '<content type="text/html" mode="escaped">&lt;b&gt;1&lt;/b&gt;</content></content>',
      '<b>1</b>',
    ],
    ['html', '<content type="html">&lt;b&gt;1&lt;/b&gt; &amp;lt;</content>', '<b>1</b> &lt;'],
    [
      'html inside elements',
      '<content type="html"><div xmlns="http://www.w3.org/1999/xhtml">&lt;b&gt;1&lt;/b&gt;</div></content>',
      '<b>1</b>',
    ],
    [
      'xhtml without its div',
      '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>1 &lt; <br/>2</p></div></content>',
      '<p>1 &lt; <br>2</p>',
    ],
    [
      'xhtml under a prefix',
      '<content type="xhtml"><xhtml:div><xhtml:a name="1"/></xhtml:div></content>',
      '<a name="1"></a>',
    ],
    ['XML', '<content type="application/xml"><p>1</p></content>', '<p>1</p>'],
    ['base64 of text', '<content type="application/octet-stream">PHA+MTwvcD4=</content>', '<p>1</p>'],
    [
      'base64 of a picture',
      '<content type="image/png">iVBORw0KGgo=</content>',
      '<img src="data:image/png;base64,iVBORw0KGgo="/>',
    ],
    ['base64 of nothing that can be shown', '<content type="application/zip">UEsDBBQAAAAIAP8=</content>', undefined],
    ['elsewhere', '<content src="https://a.org/1"/>', undefined],
  ])('may be %s in Atom', (_title, fields, expected) => {
    expect(atomEntry(fields).content?.html).toBe(expected);
  });

  it.each([
    ['Atom 0.3, escaped', '<content type="text/html" mode="escaped">&lt;b&gt;1&lt;/b&gt;</content>', '<b>1</b>'],
    ['Atom 0.3, plain and escaped', '<content type="text/plain" mode="escaped">&lt;b&gt;</content>', '&lt;b&gt;'],
    ['Atom 0.3, elements', '<content type="application/xhtml+xml"><b>1</b></content>', '<b>1</b>'],
  ])('are understood in %s', (_title, fields, expected) => {
    const feed = `<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry>${fields}</entry></feed>`;
    expect(onlyEntry(parseFeed(feed)).content?.html).toBe(expected);
  });
});

describe('dates', () => {
  const [one, two] = ['2026-01-01T00:00:00Z', '2026-02-02T00:00:00Z'];

  it.each([
    ['pubDate before Dublin Core', `<dc:date>${two}</dc:date><pubDate>${one}</pubDate>`, one, undefined],
    ['the next where one is no date', `<pubDate>soon</pubDate><dc:date>${one}</dc:date>`, one, undefined],
    ['both', `<pubDate>${one}</pubDate><a:updated>${two}</a:updated>`, one, two],
    [
      'terms of Dublin Core',
      `<dcterms:issued>${one}</dcterms:issued><dcterms:modified>${two}</dcterms:modified>`,
      one,
      two,
    ],
    ['nonsense', '<pubDate>0000-00-00 00:00:00</pubDate>', undefined, undefined],
    ['nought in Unix time', '<pubDate>Thu, 01 Jan 1970 01:00:00 +0100</pubDate>', undefined, undefined],
    ['the year 1', '<pubDate>Mon, 01 Jan 0001 00:00:00 GMT</pubDate>', undefined, undefined],
    ['the year before it', '<pubDate>Mon, 30 Nov -0001 00:00:00 +0000</pubDate>', undefined, undefined],
    ['Atom’s names without a prefix', `<published>${one}</published><modified>${two}</modified>`, one, two],
  ])('come from %s', (_title, fields, published, updated) => {
    const entry = rssItem(fields);
    const text = (time: number | undefined) => time && new Date(time).toISOString().replace('.000', '');
    expect([text(entry.published), text(entry.updated)]).toEqual([published, updated]);
  });

  it('without a zone are in the zone of the source', () => {
    const entry = rssItem('<pubDate>2026-01-24 08:00:00</pubDate>', { timezone: 'Asia/Shanghai' });
    expect(entry.published).toBe(Date.parse('2026-01-24T00:00:00Z'));
  });

  it('in words are relative to now', () => {
    expect(rssItem('<pubDate>3小时前</pubDate>').published).toBe(Date.parse('2026-01-24T09:00:00Z'));
  });
});

describe('an Atom entry with RSS’s names', () => {
  it('is read as it is meant', () => {
    const entry = atomEntry(
      '<guid>1</guid><description>&lt;b>d</description><pubDate>Thu, 01 Jan 2026 00:00:00 GMT</pubDate><managingEditor>Ada</managingEditor>',
    );
    expect(entry).toMatchObject({
      id: '1',
      summary: { html: '<b>d' },
      published: Date.UTC(2026, 0),
      authors: [{ name: 'Ada' }],
    });
  });
});

describe('authors', () => {
  it.each([
    ['a name', '<author>Ada</author>', [{ name: 'Ada' }]],
    ['an address', '<author>ada@a.org</author>', [{ email: 'ada@a.org' }]],
    ['an address and a name', '<author>ada@a.org (Ada L.)</author>', [{ name: 'Ada L.', email: 'ada@a.org' }]],
    ['a name and an address', '<author>Ada &lt;ada@a.org&gt;</author>', [{ name: 'Ada', email: 'ada@a.org' }]],
    [
      'several in one field',
      '<author>a@a.org (Ada, L.), b@a.org (Bo)</author>',
      [
        { name: 'Ada, L.', email: 'a@a.org' },
        { name: 'Bo', email: 'b@a.org' },
      ],
    ],
    [
      'several in one field, names first',
      '<author>Ada &lt;a@a.org&gt; and Bo &lt;b@a.org&gt;</author>',
      [
        { name: 'Ada', email: 'a@a.org' },
        { name: 'Bo', email: 'b@a.org' },
      ],
    ],
    ['a mailto', '<author>mailto:ada@a.org (Ada)</author>', [{ name: 'Ada', email: 'ada@a.org' }]],
    [
      'several, each once',
      '<author>Ada</author><dc:creator>Ada</dc:creator><dc:creator>Bo</dc:creator>',
      [{ name: 'Ada' }, { name: 'Bo' }],
    ],
    [
      'one in two fields',
      '<author>ada@a.org</author><dc:creator>Ada (ada@a.org)</dc:creator>',
      [{ name: 'Ada', email: 'ada@a.org' }],
    ],
    [
      'an element of Atom',
      '<a:author><a:name>Ada</a:name><a:uri>/~ada</a:uri></a:author>',
      [{ name: 'Ada', uri: 'https://feeds.org/~ada' }],
    ],
    ['none whose name is a page', '<dc:creator>https://a.org/ada</dc:creator>', []],
    ['none whose name is a host', '<author>www.a.org</author>', []],
    ['none of a picture among the credits', '<media:credit>//a.org/ada.jpg</media:credit>', []],
    [
      'one with a page behind the name',
      '<author>Ada (https://a.org/ada)</author>',
      [{ name: 'Ada', uri: 'https://a.org/ada' }],
    ],
    ['the podcast’s, where there is no other', '<itunes:author>Ada</itunes:author>', [{ name: 'Ada' }]],
    ['not the podcast’s beside another', '<itunes:author>Show</itunes:author><author>Ada</author>', [{ name: 'Ada' }]],
    [
      'hosts, not guests',
      '<podcast:person>Ada</podcast:person><podcast:person role="guest">Bo</podcast:person>',
      [{ name: 'Ada' }],
    ],
    [
      'a credit',
      '<media:credit role="author">Ada</media:credit><media:credit role="director">Bo</media:credit>',
      [{ name: 'Ada' }],
    ],
    ['nobody', '<author> </author><a:contributor><a:name>Bo</a:name></a:contributor>', []],
  ])('may be %s', (_title, fields, expected) => {
    expect(rssItem(fields, FEED).authors).toEqual(expected);
  });

  it('are those of the source where the entry has none', () => {
    const fields = '<source><title>Other</title><author><name>Ada</name></author></source>';
    expect(atomEntry(fields)).toMatchObject({ authors: [{ name: 'Ada' }], origin: { title: 'Other' } });
  });

  it.each([
    ['an author', '<author>Ada</author><managingEditor>Bo</managingEditor>', 'Ada'],
    ['the editor', '<managingEditor>Bo</managingEditor><itunes:author>Cy</itunes:author>', 'Bo'],
    ['the owner of a podcast', '<itunes:owner><itunes:name>Di</itunes:name></itunes:owner>', 'Di'],
  ])('of a feed are %s', (_title, fields, expected) => {
    expect(parseFeed(rss(fields)).authors.map(({ name }) => name)).toEqual([expected]);
  });
});

describe('categories', () => {
  it.each([
    [
      'RSS’s and Dublin Core’s, each once',
      '<category>x</category><dc:subject>y</dc:subject><category> x </category>',
      ['x', 'y'],
    ],
    ['terms of Atom', '<a:category term="x" label="The X"/><a:category label="The Y"/>', ['x', 'The Y']],
    ['nested ones of a podcast', '<itunes:category text="x"><itunes:category text="y"/></itunes:category>', ['x', 'y']],
    ['keywords', '<itunes:keywords>x, y,x</itunes:keywords><media:keywords>z，</media:keywords>', ['x', 'y', 'z']],
    ['a keyword of several words', '<itunes:keywords>late night</itunes:keywords>', ['late night']],
    ['without markup', '<category><b>x</b></category>', ['x']],
  ])('are %s', (_title, fields, expected) => {
    expect(rssItem(fields).categories).toEqual(expected);
  });
});

describe('enclosures', () => {
  it.each([
    [
      'one',
      '<enclosure url="/1.mp3" length="10" type="audio/mpeg"/>',
      [{ url: 'https://feeds.org/1.mp3', type: 'audio/mpeg', length: 10 }],
    ],
    [
      'one with a length that means nothing',
      '<enclosure url="/1.mp3" length="0"/>',
      [{ url: 'https://feeds.org/1.mp3' }],
    ],
    [
      'one with a length in a fine form',
      '<enclosure url="/1.mp3" length="1,024 bytes"/>',
      [{ url: 'https://feeds.org/1.mp3', length: 1024 }],
    ],
    [
      'one, named twice',
      '<enclosure url="https://a.org/1"/><media:content url="https://a.org/1" type="video/mp4" fileSize="5"/>',
      [{ url: 'https://a.org/1', type: 'video/mp4', length: 5 }],
    ],
    [
      'a group',
      '<media:group><media:content url="https://a.org/1"/><media:content url="https://a.org/2"/></media:group>',
      [{ url: 'https://a.org/1' }, { url: 'https://a.org/2' }],
    ],
    [
      'what a podcast has beside it',
      `<podcast:transcript url="https://a.org/t.vtt" type="text/vtt"/>
       <podcast:alternateEnclosure type="audio/opus" length="7"><podcast:source uri="https://a.org/1.opus"/></podcast:alternateEnclosure>`,
      [{ url: 'https://a.org/1.opus', type: 'audio/opus', length: 7 }],
    ],
    [
      'one with its length in time',
      '<media:content url="https://a.org/1" duration="61"/>',
      [{ url: 'https://a.org/1', durationSeconds: 61 }],
    ],
    [
      'none of Flash, whatever names it',
      `<media:content url="https://a.org/v/1" type="application/x-shockwave-flash"/><enclosure url="/p.swf?a=1"/>
       <a:link rel="enclosure" href="https://a.org/2" type="application/futuresplash"/>`,
      [],
    ],
    ['none without an address', '<enclosure length="1"/><enclosure url=" "/>', []],
    [
      'the original behind a counter',
      '<enclosure url="https://c.org/1"/><feedburner:origEnclosureLink>https://a.org/1</feedburner:origEnclosureLink>',
      [{ url: 'https://a.org/1' }],
    ],
  ])('are %s', (_title, fields, expected) => {
    expect(rssItem(fields, FEED).enclosures).toEqual(expected);
  });
});

describe('an episode of a podcast', () => {
  it('is what the tags say', () => {
    const fields = `<itunes:duration>1:02:03</itunes:duration><itunes:season>2</itunes:season>
      <itunes:episode>7</itunes:episode><itunes:episodeType>Bonus</itunes:episodeType><itunes:explicit>yes</itunes:explicit>
      <itunes:image href="/cover.jpg"/>
      <podcast:transcript url="/t.vtt" type="text/vtt" language="zh_CN" rel="captions"/><podcast:transcript url="/t.html" type="text/html"/>
      <podcast:transcript type="text/srt"/><podcast:chapters url="/c.json" type="application/json+chapters"/>`;
    expect(rssItem(fields, FEED).episode).toEqual({
      durationSeconds: 3723,
      season: 2,
      number: 7,
      kind: 'bonus',
      explicit: true,
      image: 'https://feeds.org/cover.jpg',
      transcripts: [
        { url: 'https://feeds.org/t.vtt', type: 'text/vtt', language: 'zh-CN', captions: true },
        { url: 'https://feeds.org/t.html', type: 'text/html' },
      ],
      chapters: { url: 'https://feeds.org/c.json', type: 'application/json+chapters' },
    });
    expect(atomEntry(fields, FEED).episode).toEqual(rssItem(fields, FEED).episode);
  });

  it.each([
    [
      'numbers of Podcasting 2.0',
      '<podcast:season name="S">3</podcast:season><podcast:episode>20.5</podcast:episode>',
      { season: 3, number: 20.5 },
    ],
    [
      'Apple’s number before another',
      '<podcast:episode>20.5</podcast:episode><itunes:episode>20</itunes:episode>',
      { number: 20 },
    ],
    ['a clean one', '<itunes:explicit>clean</itunes:explicit>', { explicit: false }],
    ['a rating of Media RSS', '<media:rating>adult</media:rating>', { explicit: true }],
    [
      'nothing where the tags say nothing usable',
      '<itunes:duration>0:00</itunes:duration><itunes:episode>one</itunes:episode><itunes:explicit/>',
      undefined,
    ],
    ['nothing of an ordinary entry', '<title>t</title>', undefined],
  ])('has %s', (_title, fields, expected) => {
    expect(rssItem(fields).episode).toEqual(expected);
  });

  it('may have what the feed says of all', () => {
    const feed = parseFeed(rss('<itunes:explicit>true</itunes:explicit><itunes:image href="https://a.org/c.jpg"/>'));
    expect(feed.episodes).toEqual({ explicit: true, image: 'https://a.org/c.jpg' });
  });

  it('has its length in JSON, too', () => {
    const attachment = { url: 'https://a.org/1.mp3', mime_type: 'audio/mpeg', duration_in_seconds: 61.4 };
    const feed = parseFeed(
      JSON.stringify({ version: 'https://jsonfeed.org/version/1.1', items: [{ id: 1, attachments: [attachment] }] }),
    );
    expect(onlyEntry(feed).enclosures).toEqual([
      { url: 'https://a.org/1.mp3', type: 'audio/mpeg', durationSeconds: 61 },
    ]);
  });
});

describe('the image of an entry', () => {
  it.each([
    [
      'the thumbnail',
      '<itunes:image href="https://a.org/i"/><media:thumbnail url="https://a.org/t"/>',
      'https://a.org/t',
    ],
    [
      'one inside the media',
      '<media:content url="https://a.org/v"><media:thumbnail url="https://a.org/t"/></media:content>',
      'https://a.org/t',
    ],
    ['a picture among the media', '<media:content url="https://a.org/p" medium="image"/>', 'https://a.org/p'],
    ['the podcast’s', '<itunes:image href="https://a.org/i"/>', 'https://a.org/i'],
    ['a picture that is enclosed', '<enclosure url="https://a.org/e" type="image/jpeg"/>', 'https://a.org/e'],
  ])('is %s', (_title, fields, expected) => {
    expect(rssItem(fields).image).toBe(expected);
  });

  it.each([
    ['RSS’s', '<image><url>https://a.org/i</url><title>x</title></image>', 'https://a.org/i'],
    ['the podcast’s', '<itunes:image href="https://a.org/i"/>', 'https://a.org/i'],
    ['the media’s', '<media:thumbnail url="https://a.org/i"/>', 'https://a.org/i'],
  ])('of a feed is %s', (_title, fields, expected) => {
    expect(parseFeed(rss(fields)).image).toBe(expected);
  });
});

describe('rights', () => {
  it.each([
    [
      'a statement',
      '<creativeCommons:license>https://c.org/by</creativeCommons:license><dc:rights>© Ada</dc:rights>',
      '© Ada',
    ],
    ['a licence', '<creativeCommons:license>https://c.org/by</creativeCommons:license>', 'https://c.org/by'],
    ['a licence in RDF', '<cc:license rdf:resource="https://c.org/by"/>', 'https://c.org/by'],
    ['a link', '<a:link rel="license" href="https://c.org/by"/>', 'https://c.org/by'],
    ['the media’s', '<media:copyright>© Ada</media:copyright>', '© Ada'],
  ])('are %s', (_title, fields, expected) => {
    expect(rssItem(fields).rights).toBe(expected);
  });
});

describe('languages', () => {
  it.each([
    ['xml:lang', '<a:feed xmlns:a="http://www.w3.org/2005/Atom" xml:lang="de"><a:entry/></a:feed>', 'de', 'de'],
    ['xml:lang of the entry', atom('<entry xml:lang="fr"/>'), undefined, 'fr'],
    [
      'language before xml:lang',
      '<rss xml:lang="en"><channel><language>zh_CN</language><item/></channel></rss>',
      'zh-CN',
      'en',
    ],
    ['Dublin Core', rss('<dc:language>ja</dc:language><item><dc:language>ko</dc:language></item>'), 'ja', 'ko'],
    ['nothing that is none', rss('<language>Klingon (official)</language><item/>'), undefined, undefined],
  ])('come from %s', (_title, document, feedLanguage, entryLanguage) => {
    const feed = parseFeed(document);
    expect([feed.language, onlyEntry(feed).language]).toEqual([feedLanguage, entryLanguage]);
  });
});

describe('how often to look', () => {
  it.each([
    ['ttl in minutes', '<ttl>90</ttl>', { ttlMs: 5_400_000, skipHours: [], skipDays: [] }],
    ['no ttl that is nonsense', '<ttl>often</ttl>', { skipHours: [], skipDays: [] }],
    [
      'a period',
      '<sy:updatePeriod>hourly</sy:updatePeriod>',
      { updatePeriodMs: 3_600_000, skipHours: [], skipDays: [] },
    ],
    [
      'a period and a frequency',
      '<sy:updatePeriod>Daily</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>',
      { updatePeriodMs: 43_200_000, skipHours: [], skipDays: [] },
    ],
    [
      'hours and days',
      '<skipHours><hour>24</hour><hour>3</hour><hour>x</hour></skipHours><skipDays><day>Monday</day><day>sat</day></skipDays>',
      { skipHours: [0, 3], skipDays: [1, 6] },
    ],
  ])('is recognised by %s', (_title, fields, expected) => {
    expect(parseFeed(rss(fields)).hints).toEqual(expected);
  });
});

describe('what relative addresses are relative to', () => {
  it.each([
    [
      'the site that RSS names',
      rss('<link>https://site.org/blog/</link><item><link>1</link></item>'),
      'https://site.org/blog/1',
    ],
    ['the document, in RSS without a site', rss('<item><link>1</link></item>'), 'https://feeds.org/1'],
    [
      'xml:base before the site',
      '<rss xml:base="https://base.org/"><channel><link>https://site.org/</link><item><link>1</link></item></channel></rss>',
      'https://base.org/1',
    ],
    [
      'nested bases',
      '<rss xml:base="https://base.org/a/"><channel><item xml:base="b/"><link xml:base="c/">1</link></item></channel></rss>',
      'https://base.org/a/b/c/1',
    ],
    [
      'the document, in Atom',
      atom('<link href="https://site.org/"/><entry><link href="1"/></entry>'),
      'https://feeds.org/1',
    ],
  ])('is %s', (_title, document, expected) => {
    expect(onlyEntry(parseFeed(document, FEED)).link).toBe(expected);
  });

  it('is the feed’s own link in Atom where the document’s address is unknown', () => {
    const feed = parseFeed(atom('<link href="https://site.org/"/><entry><link href="1"/></entry>'));
    expect(onlyEntry(feed).link).toBe('https://site.org/1');
  });

  it('is recognised with HTML', () => {
    const fields = '<content type="html" xml:base="/c/">&lt;a href="1"&gt;</content>';
    expect(atomEntry(fields, FEED).content).toEqual({ html: '<a href="1">', baseUrl: 'https://feeds.org/c/' });
  });

  it('is known inside XHTML', () => {
    const fields =
      '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p xml:base="https://p.org/"><a href="1">1</a></p><a href="2">2</a></div></content>';
    expect(atomEntry(fields).content?.html).toBe('<p><a href="https://p.org/1">1</a></p><a href="2">2</a>');
  });
});
