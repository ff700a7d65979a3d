/// What a register of CR space does when it is read or written.
enum RegisterRole: Sendable, Equatable {
  /// Reads its value; a write is a mistake.
  case constant
  /// As ``constant``: the bit that says that firmware takes no commands.
  case notReady
  /// Reads its value; a write is allowed and changes nothing.
  case deaf
  /// Reads what was written last.
  case plain
  /// A read of 0 takes it, and it reads 1 from then on; a write of 0 frees it.
  case semaphore
  /// The command of the gateway of ConnectX to ConnectX-6.
  case gatewayCommand
  /// The command of the gateway of InfiniHost III Lx.
  case gatewayCommandLx
  /// The command of the parallel gateway.
  case parallelCommand
  /// A write of ones sets, or clears, these bits of the GPIO data.
  case gpioSet
  case gpioClear
}

/// A register: where, what it does, and its value after power-on.
struct RegisterDeclaration: Sendable, Equatable {
  let address: UInt32
  let role: RegisterRole
  let initial: UInt32

  init(_ address: UInt32, _ role: RegisterRole, _ initial: UInt32 = 0) {
    self.address = address
    self.role = role
    self.initial = initial
  }
}

/// The registers of one kind of adapter, found by address without searching.
struct RegisterMap: Sendable {
  private static let pageSize: UInt32 = 0x1000
  /// One megabyte of CR space.
  static let size: UInt32 = 0x100000

  let registers: [RegisterDeclaration]
  /// For each page of CR space where its part of `indices` begins, or -1.
  private let pages: [Int32]
  /// Positions in `registers`, or -1.
  private let indices: [Int16]

  init(_ registers: [RegisterDeclaration]) {
    var pages = [Int32](repeating: -1, count: Int(Self.size / Self.pageSize))
    var indices: [Int16] = []
    for (index, register) in registers.enumerated() {
      let page = Int(register.address / Self.pageSize)
      if pages[page] < 0 {
        pages[page] = Int32(indices.count)
        indices += Array(repeating: -1, count: Int(Self.pageSize / 4))
      }
      indices[Int(pages[page]) + Int(register.address % Self.pageSize / 4)] = Int16(index)
    }
    self.registers = registers
    self.pages = pages
    self.indices = indices
  }

  /// The same registers as they are while firmware runs: it is ready for commands, and its cache is active.
  var running: RegisterMap {
    let offset =
      index(Register.Gateway.cacheOffset6) == nil ? Register.Gateway.cacheOffset : Register.Gateway.cacheOffset6
    return RegisterMap(
      registers.map { register in
        if register.address == offset { return RegisterDeclaration(offset, .plain, 1) }
        return register.role == .notReady ? RegisterDeclaration(register.address, .notReady, 0) : register
      } + [RegisterDeclaration(Register.bootedImage, .constant)]
        + Register.Update.all.map { RegisterDeclaration($0, .constant) })
  }

  /// The position of the register at an address, or `nil`.
  func index(_ address: UInt32) -> Int? {
    guard address < Self.size, pages[Int(address / Self.pageSize)] >= 0 else { return nil }
    let index = indices[Int(pages[Int(address / Self.pageSize)]) + Int(address % Self.pageSize / 4)]
    return index < 0 ? nil : Int(index)
  }
}
