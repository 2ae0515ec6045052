import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createAddressPolicy, parseCidr } from "./address-policy.ts";

const strict = createAddressPolicy({ allowedIps: [], allowedPorts: [80, 443], allowLoopback: false });

describe("address policy", () => {
  it("lets public addresses be reached on the allowed ports", () => {
    for (const address of ["93.184.216.34", "1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]) {
      assert.equal(strict.refusal(address, 443), undefined, address);
    }
  });

  const special: [string, string][] = [
    ["127.0.0.1", "loopback"],
    ["127.255.255.254", "loopback"],
    ["::1", "loopback"],
    ["::ffff:127.0.0.1", "loopback"],
    ["::ffff:7f00:1", "loopback"],
    ["::127.0.0.1", "loopback"],
    ["64:ff9b::7f00:1", "loopback"],
    ["10.0.0.1", "private"],
    ["172.31.255.255", "private"],
    ["192.168.1.1", "private"],
    ["100.64.0.1", "private"],
    ["fd00::1", "private"],
    ["::ffff:10.0.0.1", "private"],
    ["169.254.169.254", "link-local"],
    ["fe80::1", "link-local"],
    ["fe80::1%eth0", "link-local"],
    ["64:ff9b::a9fe:a9fe", "link-local"],
    ["224.0.0.1", "multicast"],
    ["ff02::1", "multicast"],
    ["0.0.0.0", "reserved"],
    ["::", "reserved"],
    ["255.255.255.255", "reserved"],
    ["198.18.0.1", "reserved"],
    ["2001::1", "reserved"],
    ["2001:db8::1", "reserved"],
    ["2002:7f00:1::", "reserved"],
    ["64:ff9b:1::1", "reserved"],
    ["4000::1", "reserved"],
  ];
  for (const [address, kind] of special) {
    it(`refuses ${address}, a ${kind} address`, () => {
      assert.match(strict.refusal(address, 443)?.reason ?? "", new RegExp(`a ${kind} address`));
    });
  }

  it("lets through what allowed_ips names, as an address or a range, and nothing beside it", () => {
    const policy = createAddressPolicy({
      allowedIps: ["10.1.0.0/16", "192.168.7.7", "fd00:1::/32"],
      allowedPorts: [80],
      allowLoopback: false,
    });
    for (const address of ["10.1.2.3", "::ffff:10.1.2.3", "192.168.7.7", "fd00:1:2::3"]) {
      assert.equal(policy.refusal(address, 80), undefined, address);
    }
    for (const address of ["10.2.0.1", "192.168.7.8", "fd00:2::1", "127.0.0.1"]) {
      assert.match(policy.refusal(address, 80)?.hint ?? "", /allowed_ips/, address);
    }
  });

  it("allows no IPv4 address by an IPv6 range", () => {
    const policy = createAddressPolicy({ allowedIps: ["::/0"], allowedPorts: [80], allowLoopback: false });
    assert.equal(policy.refusal("fd00::1", 80), undefined);
    assert.notEqual(policy.refusal("10.0.0.1", 80), undefined);
  });

  it("refuses other ports, also of allowed addresses, and says which are allowed", () => {
    const policy = createAddressPolicy({ allowedIps: ["10.0.0.0/8"], allowedPorts: [80, 443], allowLoopback: false });
    for (const address of ["10.0.0.1", "1.1.1.1"]) {
      const refusal = policy.refusal(address, 6379);
      assert.match(refusal?.reason ?? "", /port 6379 is not allowed, only 80, 443/);
      assert.match(refusal?.hint ?? "", /allowed_ports/);
    }
  });

  it("lets loopback be reached on any port where that is said, and nothing else", () => {
    const policy = createAddressPolicy({ allowedIps: [], allowedPorts: [80], allowLoopback: true });
    for (const address of ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
      assert.equal(policy.refusal(address, 3000), undefined);
    assert.notEqual(policy.refusal("10.0.0.1", 80), undefined);
    assert.notEqual(policy.refusal("1.1.1.1", 3000), undefined);
  });

  it("takes no text that is not an address or a range", () => {
    for (const text of [
      "",
      "10.0.0",
      "10.0.0.0/33",
      "::/129",
      "10.0.0.0/8/8",
      "10.0.0.0/",
      "10.0.0.0/-1",
      "host",
      "fe80::1%eth0",
    ]) {
      assert.equal(parseCidr(text), undefined, text);
      assert.throws(
        () => createAddressPolicy({ allowedIps: [text], allowedPorts: [], allowLoopback: false }),
        RangeError,
      );
    }
  });
});
