/// Source: InfiniBand specification vol. 1, 14.2.5.6 (PortState), and the kernel's `enum ib_port_state`.
public enum PortState: String, Sendable, CaseIterable {
  case unknown, down, initialized = "init", armed, active, activeDefer = "active_defer"

  /// 1 is down … 5 is active_defer.
  public init(code: Int) { self = Self.allCases.indices.contains(code) ? Self.allCases[code] : .unknown }

  public var code: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// Source: the same (PortPhysicalState).
public enum PhysicalState: String, Sendable, CaseIterable {
  case unknown, sleep, polling, disabled, training, linkUp = "link_up", recovery, test

  /// 1 is sleep … 7 is test.
  public init(code: Int) { self = Self.allCases.indices.contains(code) ? Self.allCases[code] : .unknown }

  public var code: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
