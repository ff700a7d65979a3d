/// SHA-256 of bytes that are in memory. Source: FIPS 180-4, sections 5 and 6.2.
public enum SHA256 {
  private static let constants: [UInt32] = firstPrimes(64).map { fraction(ofRoot: 3, of: $0) }
  private static let start: [UInt32] = firstPrimes(8).map { fraction(ofRoot: 2, of: $0) }

  public static func digest(_ bytes: [UInt8]) -> [UInt8] {
    var state = start
    var words = [UInt32](repeating: 0, count: 64)
    let length = UInt64(bytes.count) * 8
    let zeros = (119 - bytes.count % 64) % 64
    let end =
      [0x80] + [UInt8](repeating: 0, count: zeros) + (0..<8).map { UInt8(truncatingIfNeeded: length >> (56 - 8 * $0)) }
    let whole = bytes.count / 64 * 64
    for block in stride(from: 0, to: whole, by: 64) { add(bytes[block..<block + 64], &state, &words) }
    let rest = Array(bytes[whole...]) + end
    for block in stride(from: 0, to: rest.count, by: 64) { add(rest[block..<block + 64], &state, &words) }
    return state.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * $0)) } }
  }

  /// As 64 hexadecimal digits.
  public static func hexadecimal(_ bytes: [UInt8]) -> String {
    digest(bytes).map { UInt64($0).hexadecimal(digits: 2) }.joined()
  }

  private static func add(_ block: ArraySlice<UInt8>, _ state: inout [UInt32], _ words: inout [UInt32]) {
    for index in 0..<16 {
      let start = block.startIndex + 4 * index
      words[index] =
        UInt32(block[start]) << 24 | UInt32(block[start + 1]) << 16 | UInt32(block[start + 2]) << 8
        | UInt32(block[start + 3])
    }
    for index in 16..<64 {
      let (near, far) = (words[index - 2], words[index - 15])
      let first = rotated(far, 7) ^ rotated(far, 18) ^ far >> 3
      let second = rotated(near, 17) ^ rotated(near, 19) ^ near >> 10
      words[index] = words[index - 16] &+ first &+ words[index - 7] &+ second
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for index in 0..<64 {
      let choice = e & f ^ ~e & g
      let majority = a & b ^ a & c ^ b & c
      let first =
        h &+ (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) &+ choice &+ constants[index] &+ words[index]
      let second = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) &+ majority
      (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
    }
    for (index, value) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= value }
  }

  private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }

  private static func firstPrimes(_ count: Int) -> [Int] {
    var primes: [Int] = []
    var number = 2
    while primes.count < count {
      if primes.allSatisfy({ !number.isMultiple(of: $0) }) { primes.append(number) }
      number += 1
    }
    return primes
  }

  /// The first 32 bits of the fractional part of a square or cube root, by whole numbers: the largest `root` with
  /// root^degree <= prime × 2^(32 × degree).
  private static func fraction(ofRoot degree: Int, of prime: Int) -> UInt32 {
    var root: UInt64 = 0
    for bit in (0..<36).reversed() where power(root | 1 << UInt64(bit), degree, isAtMost: prime) {
      root |= 1 << UInt64(bit)
    }
    return UInt32(truncatingIfNeeded: root)
  }

  /// Whether number^degree is at most prime × 2^(32 × degree).
  private static func power(_ number: UInt64, _ degree: Int, isAtMost prime: Int) -> Bool {
    let number = UInt128(number)
    return degree == 2
      ? number * number <= UInt128(prime) << 64 : number * number * number <= UInt128(prime) << 96
  }
}
