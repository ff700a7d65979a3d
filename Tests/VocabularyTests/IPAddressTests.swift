import Testing
import Vocabulary

@Suite struct IPAddressTests {
  @Test(arguments: [
    ("192.0.2.10", "192.0.2.10"), ("0000:0000:0000:0000:0000:ffff:c000:020a", "192.0.2.10"),
    ("::ffff:192.0.2.10", "192.0.2.10"), ("2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1"),
    ("fe80:0000:0000:0000:0002:c903:00ab:cde1", "fe80::2:c903:ab:cde1"), ("::", "::"), ("::1", "::1"), ("1::", "1::"),
    ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("FD00::A", "fd00::a"),
  ])
  func shortestForm(_ text: String, _ short: String) { #expect(IPAddress(text)?.description == short) }

  @Test(arguments: [
    "", ":", ":::", "1.2.3", "1.2.3.256", "1.2.3.-4", "1..2.3", "12345::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
    "1::2::3",
    "g::", "fe80::1%eth0", "10.0.0.0/8", "+1::", "1:2:3:4:5:6:7::8",
  ])
  func notAnAddress(_ text: String) { #expect(IPAddress(text) == nil) }

  @Test func linkLocal() {
    #expect(IPAddress("169.254.7.1")?.isLinkLocal == true && IPAddress("fe80::1")?.isLinkLocal == true)
    #expect(IPAddress("10.0.0.1")?.isLinkLocal == false && IPAddress("2001:db8::1")?.isLinkLocal == false)
    #expect(IPAddress(bytes: [10, 0, 0, 1])?.description == "10.0.0.1" && IPAddress(bytes: [1, 2, 3]) == nil)
    #expect(IPAddress("127.0.0.1")?.isLoopback == true && IPAddress("::1")?.isLoopback == true)
    #expect(IPAddress("2001:db8::1")?.isLoopback == false)
  }
}
