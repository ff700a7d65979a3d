import Testing

@testable import Performance

/// What perftest 4.5 of Debian 12 printed on soft RoCE, and what is made of it.
@Suite struct PerfTextTests {
  private static let bandwidth = """
    ---------------------------------------------------------------------------------------
                        RDMA_Write BW Test
     Dual-port       : OFF\t\tDevice         : rxe0
     Number of qps   : 1\t\tTransport type : IB
     Connection type : RC\t\tUsing SRQ      : OFF
     Mtu             : 1024[B]
     Link type       : Ethernet
     GID index       : 1
     rdma_cm QPs\t : OFF
    ---------------------------------------------------------------------------------------
     local address: LID 0000 QPN 0x0011 PSN 0xcc7cd5 RKey 0x000317 VAddr 0x0056415727d000
     GID: 00:00:00:00:00:00:00:00:00:00:255:255:192:168:77:01
    ---------------------------------------------------------------------------------------
     #bytes     #iterations    BW peak[Gb/sec]    BW average[Gb/sec]   MsgRate[Mpps]
     65536      848              0.00               0.15   \t\t   0.000282
    ---------------------------------------------------------------------------------------
    """

  @Test func bandwidthOfATime() {
    let text = PerfText(Self.bandwidth)
    var wanted = PerfResult(bytes: 65536, iterations: 848)
    wanted.average = 0.15
    wanted.messageRate = 0.000282
    #expect(text.results == [wanted] && text.mtu == 1024 && text.gidIndex == 1 && text.hasFigures)
  }

  /// Several sizes, and the same figures in perftest's MB of 2^20 bytes.
  @Test func bandwidthOfSizes() {
    let text = PerfText(
      """
       #bytes     #iterations    BW peak[Gb/sec]    BW average[Gb/sec]   MsgRate[Mpps]
       2          200           0.000546            0.000104            0.006519
       1024       200              0.00               0.10   \t\t   0.012572
       32768      200           0.071992            0.063400            0.000242
      """)
    #expect(text.results.map(\.bytes) == [2, 1024, 32768])
    #expect(text.results.map(\.peak) == [0.000546, nil, 0.071992])
    #expect(text.results.map(\.average) == [0.000104, 0.10, 0.063400])
    let megabytes = PerfText(
      """
       #bytes     #iterations    BW peak[MB/sec]    BW average[MB/sec]   MsgRate[Mpps]
       65536      384              0.00               11.98  \t\t   0.000192
      """)
    #expect(abs((megabytes.results[0].average ?? 0) - 0.1004956) < 1e-6)
  }

  @Test func latency() {
    let text = PerfText(
      """
       #bytes #iterations    t_min[usec]    t_max[usec]  t_typical[usec]    t_avg[usec]    t_stdev[usec]   99% percentile[usec]   99.9% percentile[usec]
       64      100          612.02         6088.16      3996.91  \t       4123.82     \t1156.20\t\t6088.16 \t\t6088.16
      """)
    var wanted = PerfResult(bytes: 64, iterations: 100)
    (wanted.minimum, wanted.maximum, wanted.typical) = (612.02, 6088.16, 3996.91)
    (wanted.mean, wanted.deviation) = (4123.82, 1156.20)
    (wanted.percentile99, wanted.percentile999) = (6088.16, 6088.16)
    #expect(text.results == [wanted])
    let timed = PerfText(
      """
       #bytes        #iterations       t_avg[usec]    tps average
       8             34723            86.47          11565.06
      """)
    #expect(timed.results.map(\.mean) == [86.47] && timed.results[0].minimum == nil && timed.hasFigures)
  }

  /// A server of another transport: the client ends with status 0 and prints zeros.
  @Test func zerosAreNoFigures() {
    let text = PerfText(
      """
       #bytes     #iterations    BW peak[MB/sec]    BW average[MB/sec]   MsgRate[Mpps]
       512        0                0.00               0.00   \t\t   0.000000
      """)
    #expect(text.results.count == 1 && !text.hasFigures)
    #expect(!PerfText("").hasFigures)
  }

  @Test(
    arguments: [
      ("Couldn't connect to 192.168.77.1:18515\nUnable to open file descriptor for socket connection", .noListener),
      (
        "Temporary failure in name resolution for nosuchhost:18515\nProblem in resolving basic address and port\n"
          + "Unable to open file descriptor for socket connection Unable to init the socket connection", .unknownPeer
      ),
      (" Port number 1 state is Down\n Couldn't set the link layer\n Couldn't get context for the device", .portDown),
      (" Found Incompatibility issue with GID types.\n Please Try to use a different IP version.", .typesDiffer),
      ("Failed to modify QP 35 to RTR\n Unable to Connect the HCA's through the link", .noPath),
      (" Completion with error at client\n Failed status 10: wr_id 0 syndrom 0x0\nscnt=128, ccnt=0", .optionsDiffer),
      (" Completion with error at client\n Failed status 9: wr_id 0 syndrom 0x0", .optionsDiffer),
      ("ethernet_read_keys: Couldn't read remote address\n Unable to read to socket/rdma_cm", .optionsDiffer),
      ("Couldn't listen to port 18515\nUnable to open file descriptor for socket connection", .portInUse),
      (" Max message size in UD cannot be greater than MTU \n Couldn't get context for the device", .tooLarge),
    ] as [(String, PerfMistake)])
  func mistakes(text: String, mistake: PerfMistake) {
    #expect(PerfMistake(text) == mistake)
    #expect(PerfFailure.words(in: text)?.isEmpty == false)
  }

  @Test func noMistakeInGoodText() { #expect(PerfMistake(Self.bandwidth) == nil) }

  /// What one side is told is what the other side is told: each option is in both, and the listener's line has them all.
  @Test func bothSidesHaveTheSameOptions() {
    var test = PerfTest(.bandwidth)
    (test.operation, test.transport, test.size, test.mtu, test.queuePairs) = (.send, .uc, 4096, 2048, 4)
    #expect(
      test.options
        == ["-F", "-p", "18515", "-c", "UC", "-s", "4096", "-D", "3", "-m", "2048", "--report_gbits", "-q", "4"])
    #expect(
      test.words
        == ["--op", "send", "--transport", "uc", "--size", "4096", "--duration", "3s", "--mtu", "2048", "--qps", "4"])
    #expect(test.program == "ib_send_bw" && test.contradiction == nil && test.limit == 11_000)
    var latency = PerfTest(.latency)
    latency.operation = .read
    #expect(latency.options == ["-F", "-p", "18515", "-s", "8", "-n", "1000"] && latency.limit < 15_000)
    latency.transport = .uc
    #expect(latency.contradiction != nil)
  }
}
