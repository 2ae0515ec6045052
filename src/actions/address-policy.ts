/**
 * Which addresses an HTTP call may reach. Scripts name addresses, so without this they could reach the machine's own services,
 * the internal network and the cloud's metadata service. Public unicast addresses on allowed ports may be reached; everything
 * else only where the operator says so.
 */
import { BlockList, isIP } from "node:net";

export interface AddressPolicyOptions {
  /** Addresses and CIDR ranges that may be reached besides public ones: "10.1.2.3", "10.0.0.0/8", "fd00::/8". */
  allowedIps: readonly string[];
  /** The ports that may be reached, all of them. */
  allowedPorts: readonly number[];
  /** Whether this machine itself may be reached, on any port: for development and tests. */
  allowLoopback: boolean;
}

export interface AddressRefusal {
  reason: string;
  /** What would allow it. */
  hint: string;
}

export interface AddressPolicy {
  /** Why this address and port may not be reached, or undefined when they may. */
  refusal(address: string, port: number): AddressRefusal | undefined;
}

/** Throws RangeError naming the entry when `allowedIps` holds something else than an address or a range. */
export function createAddressPolicy(options: AddressPolicyOptions): AddressPolicy {
  const allowed = rangesOf(options.allowedIps);
  const ports = new Set(options.allowedPorts);

  function refusal(text: string, port: number): AddressRefusal | undefined {
    const address = effectiveAddress(text);
    if (options.allowLoopback && isIn(loopback, address)) return undefined;
    if (!isIn(allowed, address)) {
      const kind = kindOf(address);
      if (kind !== "public") {
        return { reason: `${text} is a ${kind} address`, hint: `Add "${address}" to http_client.allowed_ips.` };
      }
    }
    if (ports.has(port)) return undefined;
    return {
      reason: `port ${port} is not allowed, only ${[...ports].join(", ")}`,
      hint: `Add ${port} to http_client.allowed_ports, which lists all ports that may be reached.`,
    };
  }

  return { refusal };
}

/** "address" or "address/prefix", IPv4 or IPv6; undefined when it is neither. */
export function parseCidr(text: string): { address: string; prefix: number; family: "ipv4" | "ipv6" } | undefined {
  const [address = "", prefixText, ...more] = text.split("/");
  const version = address.includes("%") ? 0 : isIP(address);
  const bits = version === 4 ? 32 : 128;
  const prefix = prefixText === undefined ? bits : /^\d{1,3}$/.test(prefixText) ? Number(prefixText) : Infinity;
  if (version === 0 || more.length > 0 || prefix > bits) return undefined;
  return { address, prefix, family: version === 4 ? "ipv4" : "ipv6" };
}

/** Ranges by family: Node's own list would also judge an IPv4 address by the IPv6 range that maps it. */
interface Ranges {
  ipv4: BlockList;
  ipv6: BlockList;
}

function rangesOf(texts: readonly string[]): Ranges {
  const ranges = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const text of texts) {
    const cidr = parseCidr(text);
    if (cidr === undefined) throw new RangeError(`not an IP address or CIDR range: ${JSON.stringify(text)}`);
    ranges[cidr.family].addSubnet(cidr.address, cidr.prefix, cidr.family);
  }
  return ranges;
}

function isIn(ranges: Ranges, address: string): boolean {
  const family = isIP(address) === 4 ? "ipv4" : "ipv6";
  return ranges[family].check(address, family);
}

type AddressKind = "public" | "loopback" | "private" | "link-local" | "multicast" | "reserved";

function kindOf(address: string): AddressKind {
  for (const [kind, ranges] of specialRanges) if (isIn(ranges, address)) return kind;
  return isIP(address) === 4 || isIn(globalUnicast, address) ? "public" : "reserved";
}

const loopback = rangesOf(["127.0.0.0/8", "::1"]);

/** All of IPv6 that is handed out to be reached from everywhere; what is special within it is listed below. */
const globalUnicast = rangesOf(["2000::/3"]);

/** The special-purpose registries of RFC 6890 and its successors, as far as they are not to be reached from everywhere. */
const specialRanges: readonly [AddressKind, Ranges][] = [
  ["loopback", loopback],
  ["link-local", rangesOf(["169.254.0.0/16", "fe80::/10"])],
  ["private", rangesOf(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7", "fec0::/10"])],
  ["multicast", rangesOf(["224.0.0.0/4", "ff00::/8"])],
  [
    "reserved",
    rangesOf([
      "0.0.0.0/8",
      "192.0.0.0/24",
      "192.0.2.0/24",
      "192.88.99.0/24",
      "198.18.0.0/15",
      "198.51.100.0/24",
      "203.0.113.0/24",
      "240.0.0.0/4",
      "2001::/23",
      "2001:db8::/32",
      "2002::/16",
      "3fff::/20",
    ]),
  ],
];

/** Ranges whose last 32 bits are an IPv4 address that is what is reached: mapped (RFC 4291), NAT64 (RFC 6052). */
const embeddingRanges = rangesOf(["::ffff:0:0/96", "::/96", "64:ff9b::/96"]);

/** The address that a connection to `text` reaches: without a zone, and the IPv4 one when IPv6 only wraps it. */
function effectiveAddress(text: string): string {
  const address = text.split("%")[0]!;
  if (isIP(address) !== 6) return address;
  const groups = ipv6Groups(address);
  const [high, low] = [groups[6]!, groups[7]!];
  // The unspecified address and ::1 lie in ::/96 too and wrap nothing.
  if (!isIn(embeddingRanges, address) || (groups.slice(0, 7).every((group) => group === 0) && low <= 1)) return address;
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

/** The eight 16-bit groups of a valid IPv6 address. */
function ipv6Groups(address: string): number[] {
  // The URL parser writes the canonical form: no dotted tail, at most one "::".
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [head = "", tail] = canonical.split("::");
  const parse = (part: string) => (part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16)));
  const start = parse(head);
  const end = tail === undefined ? [] : parse(tail);
  return [...start, ...new Array<number>(8 - start.length - end.length).fill(0), ...end];
}
