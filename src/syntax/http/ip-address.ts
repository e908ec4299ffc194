/** Is an IP address public, also if it contains another address? */
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Parsed networks in CIDR notation. */
export type Networks = readonly (readonly [Address, number])[];

/** In a public range, but served inside the network of a cloud: Azure's platform address. */
const CLOUD_INTERNAL = new Set(['168.63.129.16']);

const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/** Networks of configs. Each request needs those of its source. */
const parsed = new Map<string, Networks[number]>();

/** @throws RangeError if a text is neither a CIDR network (`10.0.0.0/8`, `fd00::/8`) nor an address. */
export function parseNetworks(networks: readonly string[]): Networks {
  return networks.map((text) => {
    const network = parsed.get(text) ?? parseNetwork(text);
    parsed.set(text, network);
    return network;
  });
}

function parseNetwork(text: string): Networks[number] {
  try {
    if (text.includes('/')) return ipaddr.parseCIDR(text);
    const address = ipaddr.parse(text);
    return [address, address.kind() === 'ipv4' ? 32 : 128];
  } catch (cause) {
    throw new RangeError(`${text} is not a network in CIDR notation, such as 10.0.0.0/8 or fd00::/8`, { cause });
  }
}

/**
 * True for a globally routable unicast address. An address that contains an IPv4 address (mapped, compatible, translated,
 * NAT64, 6to4, Teredo, ISATAP) is public only if that address is public too. Unreadable text is not public.
 */
export function isPublicAddress(text: string): boolean {
  const address = read(text);
  if (address === undefined) return false;
  return address instanceof ipaddr.IPv4 ? isPublic4(address) : isPublic6(address);
}

/** True if one of the networks contains the address; an IPv4-mapped address is compared as IPv4. */
export function isInNetworks(text: string, networks: Networks): boolean {
  const address = read(text);
  return (
    address !== undefined &&
    networks.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits))
  );
}

/** Whether a text is an IPv4 address of four decimal parts or an IPv6 address. */
export function isIpAddress(text: string): boolean {
  return read(text) !== undefined;
}

/** The IPv4 address itself, or the /64 network of an IPv6 address, which belongs to one party (RFC 6177). */
export function addressNetwork(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - groups.length - after.length;
  return [...groups, ...Array<string>(Math.max(0, zeros)).fill('0'), ...after]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
    .concat('::/64');
}

function read(text: string): Address | undefined {
  const bare = text.replace(/^\[|\]$/g, '');
  if (!ipaddr.IPv4.isValidFourPartDecimal(bare) && !ipaddr.IPv6.isValid(bare)) return undefined;
  return ipaddr.process(bare);
}

function isPublic4(address: ipaddr.IPv4): boolean {
  return address.range() === 'unicast' && !CLOUD_INTERNAL.has(address.toString());
}

function isPublic6(address: ipaddr.IPv6): boolean {
  // A zone index names a link of this machine.
  if (address.zoneId !== undefined && address.zoneId !== '') return false;
  const hidden = embedded(address);
  if (hidden.length > 0) return hidden.every(isPublic4);
  return address.match(GLOBAL_UNICAST) && address.range() === 'unicast';
}

/** IPv4 addresses inside an IPv6 address that a router or relay may unwrap. IPv4-mapped ones are converted before. */
function embedded(address: ipaddr.IPv6): ipaddr.IPv4[] {
  const bytes = address.toByteArray();
  const at = (index: number, mask = 0): ipaddr.IPv4 =>
    new ipaddr.IPv4(bytes.slice(index, index + 4).map((byte) => byte ^ mask));
  const startsWith = (...prefix: readonly number[]): boolean => prefix.every((byte, index) => bytes[index] === byte);
  const zeros = (from: number, to: number): boolean => bytes.slice(from, to).every((byte) => byte === 0);

  // ::a.b.c.d (RFC 4291 §2.5.5.1); `::` and `::1` give 0.0.0.0 and 0.0.0.1, which are not public either.
  if (zeros(0, 12)) return [at(12)];
  // ::ffff:0:a.b.c.d (RFC 6052 §2.1: IPv4-translated).
  if (zeros(0, 8) && bytes[8] === 0xff && bytes[9] === 0xff && zeros(10, 12)) return [at(12)];
  // 64:ff9b::/96 (RFC 6052); 64:ff9b:1::/48 (RFC 8215) is for local use and is not public.
  if (startsWith(0x00, 0x64, 0xff, 0x9b) && zeros(4, 12)) return [at(12)];
  // 2002:aabb:ccdd::/48 (RFC 3056).
  if (startsWith(0x20, 0x02)) return [at(2)];
  // Teredo: the server, and the client with all bits flipped (RFC 4380 §4).
  if (startsWith(0x20, 0x01, 0x00, 0x00)) return [at(4), at(12, 0xff)];
  // ISATAP interface identifier, 0000:5efe or 0200:5efe, under any prefix (RFC 5214 §6.1).
  const isatap =
    (bytes[8] === 0x00 || bytes[8] === 0x02) && bytes[9] === 0x00 && bytes[10] === 0x5e && bytes[11] === 0xfe;
  if (isatap && address.match(GLOBAL_UNICAST) && address.range() === 'unicast') return [at(12)];
  return [];
}
