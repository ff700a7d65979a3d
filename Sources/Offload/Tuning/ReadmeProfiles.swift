/// The General Tuning button of the WinOF VPI readme 2.1.1.1, section 6.2.1, translated
/// (WindowsDocuments.md#general-tuning). Nothing that it set is left out: what has no counterpart, or is not copied, is
/// told with the reason.
extension TuningProfile {
  static let readme2003 = TuningProfile(
    name: "readme-2003", title: "what General Tuning set on Windows Server 2003, translated",
    rules: [
      TuningRule(
        "tcp_rmem", .atLeast([.asItIs, .asItIs, .number(512 << 10)]), machine: true,
        source: "Tcpip\\Parameters: TcpWindowSize, value set to 512K",
        "a receive window of 512 KiB must be possible; the kernel chooses the size itself up to the third number"),
      TuningRule(
        "rmem_max", .atLeast([.number(512 << 10)]), machine: true,
        source: "Tcpip\\Parameters: TcpWindowSize, value set to 512K",
        "a program that asks for such a window gets it"),
      TuningRule(
        "tcp_window_scaling", .fixed("1"), machine: true, source: "Tcpip\\Parameters: Tcp1323Opts, value set to 1",
        "1 is window scaling: without it no window is over 64 KiB"),
      TuningRule(
        "tcp_timestamps", .fixed("0"), machine: true, source: "Tcpip\\Parameters: Tcp1323Opts, value set to 1",
        "1 disables time stamps: 12 bytes less in each segment, without PAWS and with a worse round-trip time"),
      sack,
      hashing("Tcpip\\Parameters: EnableRss, value set to 1"),
      base("Tcpip\\Parameters: RssBaseCpu, value set to 1"),
      queues("Tcpip\\Parameters: MaxNumRssCpus, value set to 2"),
      datagrams,
      TuningRule(
        "Windows Firewall/Internet Connection Sharing (ICS)", .reported, machine: true,
        source: "The following service is disabled: Windows Firewall/Internet Connection Sharing (ICS)", firewall),
    ])

  static let readme2008 = TuningProfile(
    name: "readme-2008", title: "what General Tuning set on Windows Server 2008 and 2008 R2, translated",
    rules: [
      sack, datagrams,
      base("Ndis\\Parameters: RssBaseCpu, value set to 1"),
      queues("Ndis\\Parameters: MaxNumRssCpus, value set to 2"),
      hashing("netsh int tcp set global rss = enabled"),
      TuningRule(
        "tcp_timestamps", .fixed("0"), machine: true, source: "netsh int tcp set global timestamps=disabled",
        "12 bytes less in each segment, at the price of PAWS and of a good round-trip time; on both sides"),
      TuningRule(
        "Base Filtering Engine (BFE), Windows Firewall (MpsSvc)", .reported, machine: true,
        source: "The following services are disabled: Base Filtering Engine (BFE), Windows Firewall (MpsSvc)",
        firewall),
      TuningRule(
        "Send Completion Method", .reported, source: "Change the send completion method from interrupt to polling",
        "for some machines only, the document says; the profile latency has what is nearest to it"),
    ])

  private static let sack = TuningRule(
    "SackOpts", .reported, machine: true, source: "Tcpip\\Parameters: SackOpts, value set to 0",
    "not copied: without selective acknowledgement one lost packet costs a whole window, and Mellanox' own script for "
      + "Linux sets tcp_sack to 1")

  private static let datagrams = TuningRule(
    "FastSendDatagramThreshold", .reported, machine: true,
    source: "AFD\\Parameters: FastSendDatagramThreshold, value set to 64K",
    "nothing on Linux: datagrams of all sizes go the same way")

  private static func hashing(_ source: String) -> TuningRule {
    TuningRule("rx-hash", .fixed("on"), source: source, "the device spreads by hash and hands the hash over")
  }

  private static func base(_ source: String) -> TuningRule {
    TuningRule("rss-base", .fixed("1"), source: source, "processor 0 is left to other interrupts")
  }

  private static func queues(_ source: String) -> TuningRule {
    TuningRule(
      "rss", .maximum(limit: 2), source: source,
      "two queues, as the document has it; today it would be the cores of the NUMA node (profile throughput)")
  }

  private static let firewall = "not done: rdmactl stops no firewall and no other service, but says what it costs"
}
