/// The form of a firmware image. Source: ImageFormats.md.
public enum ImageFormat: String, Sendable, CaseIterable, Encodable {
  /// InfiniHost, InfiniHost III Ex and Lx.
  case fs1 = "FS1"
  /// ConnectX to ConnectX-3 Pro.
  case fs2 = "FS2"
  /// Connect-IB, ConnectX-4, Switch-IB, Spectrum.
  case fs3 = "FS3"
  /// ConnectX-5 and later.
  case fs4 = "FS4"
}
