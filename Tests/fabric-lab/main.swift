// The lab on the command line: nets for ibsim, and a proxy that does to its packets what ibsim cannot.
import FabricLab
import Foundation

let usage = """
  usage: fabric-lab net SHAPE [OPTION VALUE]… [-o NETFILE] [-m MANIFEST]
         fabric-lab proxy --upstream NAME --name NAME [OPTION VALUE]…
  net writes what ibsim loads, and the truth about it as JSON. SHAPEs and their options:
    star --hosts · two-levels --hosts --leaves --spines · fat-tree --hosts --radix --levels · torus --sizes 4x4x4
    --hosts-per-switch · dragonfly --groups --routers --hosts-per-router · random --switches --degree
    --hosts-per-switch · irregular --switches --hosts --extra-cables
    and for all: --speed hdr, --seed S, --down N, --narrow N, --slow N, --errors N
  proxy stands between the clients of libumad2sim (IBSIM_SOCKNAME is its --name) and the ibsim of that name:
    --delay-us N --jitter-us N (of answers), --loss PCT:error or PCT:silent, --duplicate PCT, --reorder PCT,
    --attribute ID (only this one), --silent GUID or GUID:ATTRIBUTE (more than once), --seed S,
    --worn GUID:PORT (its link runs on one lane although it is enabled for more; more than once),
    --count FILE (requests by attribute, written when nothing comes for a moment)

  """

func leave(_ status: Int32, _ message: String) -> Never {
  FileHandle.standardError.write(Data(message.utf8))
  exit(status)
}

func proxyOptions(_ arguments: Arguments) throws(UsageFailure) -> ProxyOptions {
  func identifier(_ text: some StringProtocol) throws(UsageFailure) -> UInt64 {
    let digits = text.hasPrefix("0x") ? text.dropFirst(2) : text[...]
    guard let number = UInt64(digits, radix: 16) else { throw UsageFailure("\(text) is no hexadecimal number") }
    return number
  }
  var arguments = arguments
  var options = ProxyOptions()
  guard let upstream = arguments.text("--upstream"), let name = arguments.text("--name") else {
    throw UsageFailure("--upstream and --name are needed")
  }
  (options.upstream, options.name) = (upstream, name)
  options.delayMicroseconds = try arguments.number("--delay-us", default: 0)
  options.jitterMicroseconds = try arguments.number("--jitter-us", default: 0)
  options.duplicateRate = try arguments.rate("--duplicate")
  options.reorderRate = try arguments.rate("--reorder")
  if let loss = arguments.text("--loss") {
    let parts = loss.split(separator: ":")
    guard parts.count == 2, let kind = ["error": ProxyOptions.Loss.error, "silent": .silent][parts[1]] else {
      throw UsageFailure("--loss wants PCT:error or PCT:silent")
    }
    options.loss = kind
    options.lossRate = try Arguments.rate(String(parts[0]), "--loss")
  }
  if let text = arguments.text("--attribute") { options.attribute = UInt16(truncatingIfNeeded: try identifier(text)) }
  for text in arguments.texts("--silent") {
    let parts = text.split(separator: ":")
    guard let first = parts.first, parts.count <= 2 else { throw UsageFailure("--silent wants a GUID") }
    let attribute = parts.count == 2 ? UInt16(truncatingIfNeeded: try identifier(parts[1])) : nil
    options.silent.append((try identifier(first), attribute))
  }
  for text in arguments.texts("--worn") {
    let parts = text.split(separator: ":")
    guard parts.count == 2, let port = UInt32(parts[1]) else { throw UsageFailure("--worn wants GUID:PORT") }
    options.worn.append((try identifier(parts[0]), port))
  }
  options.seed = UInt64(try arguments.number("--seed", default: 1))
  options.countFile = arguments.text("--count")
  try arguments.finish()
  return options
}

let words = CommandLine.arguments.dropFirst()
do {
  switch words.first {
  case "net":
    guard let shape = words.dropFirst().first, let arguments = Arguments(words.dropFirst(2)) else { leave(64, usage) }
    try Net.run(shape, arguments)
  case "proxy":
    guard let arguments = Arguments(words.dropFirst()) else { leave(64, usage) }
    try Proxy(try proxyOptions(arguments)).run()
  default: leave(64, usage)
  }
} catch let failure as UsageFailure {
  leave(64, "fabric-lab: \(failure.message)\n")
} catch let failure as SocketFailure {
  leave(1, "fabric-lab: \(failure.message)\n")
} catch {
  leave(1, "fabric-lab: \(error)\n")
}
