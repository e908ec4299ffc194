/** Which characters do the EBCDIC code pages contain? They are very rare in feeds, so the tables are kept small. */

/** Code page 037, two hex digits for each byte; all its characters are below U+0100. */
const CP037 =
  '000102039c09867f978d8e0b0c0d0e0f101112139d8508871819928f1c1d1e1f' +
  '80818283840a171b88898a8b8c050607909116939495960498999a9b14159e1a' +
  '20a0e2e4e0e1e3e5e7f1a22e3c282b7c26e9eaebe8edeeefecdf21242a293bac' +
  '2d2fc2c4c0c1c3c5c7d1a62c255f3e3ff8c9cacbc8cdcecfcc603a2340273d22' +
  'd8616263646566676869abbbf0fdfeb1b06a6b6c6d6e6f707172aabae6b8c6a4' +
  'b57e737475767778797aa1bfd0dddeae5ea3a5b7a9a7b6bcbdbe5b5dafa8b4d7' +
  '7b414243444546474849adf4f6f2f3f57d4a4b4c4d4e4f505152b9fbfcf9faff' +
  '5cf7535455565758595ab2d4d6d2d3d530313233343536373839b3dbdcd9da9f';

/** Where other code pages differ from it: byte and code point in hex, `4a:c4`. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  cp037: '',
  cp273:
    '43:7b 4a:c4 4f:21 59:7e 5a:dc 5f:5e 63:5b 6a:f6 7c:a7 a1:df b0:a2 b5:40 ba:ac bb:7c bc:203e c0:e4 cc:a6 ' +
    'd0:fc dc:7d e0:d6 ec:5c fc:5d',
  cp424:
    '41:5d0 42:5d1 43:5d2 44:5d3 45:5d4 46:5d5 47:5d6 48:5d7 49:5d8 51:5d9 52:5da 53:5db 54:5dc 55:5dd 56:5de ' +
    '57:5df 58:5e0 59:5e1 62:5e2 63:5e3 64:5e4 65:5e5 66:5e6 67:5e7 68:5e8 69:5e9 70:fffd 71:5ea 72:fffd ' +
    '73:fffd 74:a0 75:fffd 76:fffd 77:fffd 78:2017 80:fffd 8c:fffd 8d:fffd 8e:fffd 9a:fffd 9b:fffd 9c:fffd ' +
    '9e:fffd aa:fffd ab:fffd ac:fffd ad:fffd ae:fffd cb:fffd cc:fffd cd:fffd ce:fffd cf:fffd db:fffd dc:fffd ' +
    'dd:fffd de:fffd df:fffd eb:fffd ec:fffd ed:fffd ee:fffd ef:fffd fb:fffd fc:fffd fd:fffd fe:fffd',
  cp500: '4a:5b 4f:21 5a:5d 5f:5e b0:a2 ba:ac bb:7c',
  cp875:
    '41:391 42:392 43:393 44:394 45:395 46:396 47:397 48:398 49:399 4a:5b 4f:21 51:39a 52:39b 53:39c 54:39d ' +
    '55:39e 56:39f 57:3a0 58:3a1 59:3a3 5a:5d 5f:5e 62:3a4 63:3a5 64:3a6 65:3a7 66:3a8 67:3a9 68:3aa 69:3ab ' +
    '6a:7c 70:a8 71:386 72:388 73:389 74:a0 75:38a 76:38c 77:38e 78:38f 80:385 8a:3b1 8b:3b2 8c:3b3 8d:3b4 ' +
    '8e:3b5 8f:3b6 9a:3b7 9b:3b8 9c:3b9 9d:3ba 9e:3bb 9f:3bc a0:b4 aa:3bd ab:3be ac:3bf ad:3c0 ae:3c1 af:3c3 ' +
    'b0:a3 b1:3ac b2:3ad b3:3ae b4:3ca b5:3af b6:3cc b7:3cd b8:3cb b9:3ce ba:3c2 bb:3c4 bc:3c5 bd:3c6 be:3c7 ' +
    'bf:3c8 cb:3c9 cc:390 cd:3b0 ce:2018 cf:2015 da:b1 db:bd dc:1a dd:387 de:2019 df:a6 e1:1a eb:a7 ec:1a ' +
    'ed:1a ee:ab ef:ac fb:a9 fc:1a fd:1a fe:bb',
  cp1026:
    '48:7b 4a:c7 4f:21 5a:11e 5b:130 5f:5e 68:5b 6a:15f 79:131 7b:d6 7c:15e 7f:dc 8c:7d 8d:60 8e:a6 a1:f6 ' +
    'ac:5d ad:24 ae:40 b0:a2 ba:ac bb:7c c0:e7 cc:7e d0:11f dc:5c e0:fc ec:23 fc:22',
  cp1140: '9f:20ac',
};

/** 256 code units of an EBCDIC code page; undefined for any other name. NEL (the line end of EBCDIC) becomes LF. */
export function ebcdicTable(name: string): Uint16Array | undefined {
  const differences = DIFFERENCES[name];
  if (differences === undefined) return undefined;
  const table = Uint16Array.from(Buffer.from(CP037, 'hex'));
  for (const pair of differences.split(' ')) {
    const [byte = '', codePoint = ''] = pair.split(':');
    if (byte !== '') table[Number.parseInt(byte, 16)] = Number.parseInt(codePoint, 16);
  }
  for (const [byte, unit] of table.entries()) if (unit === 0x85) table[byte] = 0x0a;
  return table;
}
