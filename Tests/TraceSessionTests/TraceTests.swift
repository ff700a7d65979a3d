import Change
import HostAccess
import TestSupport
import Testing
import Vocabulary

@testable import TraceSession

@Suite struct TraceTests {
  /// Of a trace of rping in the guest (Linux 6.1).
  @Test func eventsOfTheInstance() throws {
    let text = """
      # tracer: nop
      #
      # entries-in-buffer/entries-written: 2/5   #P:2
      #
      #           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION
                 rping-312     [001] .....   123.456789: cm_event_handler: cm.id=0 tos=0 ADDR_RESOLVED (0/0)
         kworker/u4:1-a-29      [000] d.h2.   123.500000: ib_mad_send_done_handler:
      """
    let record = TraceRecord(text: text)
    #expect(record.lost == 3 && record.events.map(\.name) == ["cm_event_handler", "ib_mad_send_done_handler"])
    let first = try #require(record.events.first)
    #expect(first.task == "rping" && first.process == 312 && first.cpu == 1 && first.seconds == 123.456789)
    #expect(first.detail == "cm.id=0 tos=0 ADDR_RESOLVED (0/0)")
    #expect(record.events.last?.task == "kworker/u4:1-a" && record.events.last?.process == 29)
    #expect(TraceRecord(text: "").events.isEmpty)
  }

  private static let control = """
    # filename:lineno [module]function flags format
    drivers/infiniband/sw/rxe/rxe_qp.c:98 [rdma_rxe]rxe_qp_chk_cap =p "not [on]\\n"
    drivers/infiniband/sw/rxe/rxe_cq.c:18 [rdma_rxe]rxe_cq_chk_attr =_ "cqe\\n"
    drivers/infiniband/core/cma.c:70 [rdma_cm]cma_x =pmf "x\\n"
    """

  private static let files: [String: FakeFiles.Entry] = [
    "/sys/kernel/tracing/instances": .directory, "/sys/kernel/tracing/events/rdma_cma/enable": .text("0"),
    "/sys/kernel/tracing/events/rdma_cma/cm_event_handler/id": .text("7"),
    "/proc/dynamic_debug/control": .bytes(Array(control.utf8)),
    "/sys/module/ib_ipoib/parameters/debug_level": .text("0"),
  ]

  @Test func whatCanBeTraced() throws {
    let catalogue = try TraceCatalogue(FakeFiles(Self.files))
    let group = try #require(catalogue.groups.first { $0.name == "rdma_cma" })
    #expect(group.events == ["cm_event_handler"])
    #expect(catalogue.groups.first { $0.name == "mlx5" }?.events == nil)
    let module = try #require(catalogue.modules.first { $0.name == "rdma_rxe" })
    #expect(module.sites == 2 && module.sitesOn == 1)
    #expect(catalogue.modules.first { $0.name == "ib_ipoib" }?.hasLevel == true)
  }

  @Test func aTracefsThatMayNotBeReadIsNotMissing() {
    let hidden = FakeFiles(["/sys/kernel/tracing": .error(.notPermitted)])
    #expect(throws: TraceFailure.notPermitted("/sys/kernel/tracing")) { _ = try TraceCatalogue(hidden) }
    #expect(throws: TraceFailure.notMounted) { _ = try TraceCatalogue(FakeFiles([:])) }
  }

  @Test func onlyMessagesThatWereOffAreSwitchedOn() throws {
    let network = FakeNetwork()
    var host = SmallMachine().host(files: FakeFiles(Self.files), network: network)
    host.network = network
    let writer = TraceWriter(host, modules: ["rdma_rxe"])
    let plan = try writer.plan(.init())
    let change = try #require(plan.changes.first)
    #expect(change.before.text == "drivers/infiniband/sw/rxe/rxe_qp.c:98" && change.after.text == "all")
    #expect(plan.changes.count == 1)
    #expect(throws: TraceFailure.unknownModule("nosuch")) {
      _ = try TraceWriter(host, modules: ["nosuch"]).plan(.init())
    }
    #expect(throws: TraceFailure.unknownGroup("mlx5", known: ["rdma_cma"])) {
      _ = try TraceWriter(host, groups: ["mlx5"]).plan(.init())
    }
  }

  /// An instance of this name that rdmactl has no record of belongs to somebody.
  @Test func aForeignInstanceIsLeftAlone() throws {
    var files = Self.files
    files["/sys/kernel/tracing/instances/rdmactl/trace"] = .text("")
    let host = SmallMachine().host(files: FakeFiles(files))
    let error = #expect(throws: TraceFailure.self) { _ = try TraceWriter(host, groups: ["rdma_cma"]).plan(.init()) }
    #expect(error?.exitStatus == .busy)
  }
}
