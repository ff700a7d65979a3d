/// Ends the test run: a fake was asked something that the test had not told it to answer. A made-up answer would hide
/// the call; this names it.
func stop(_ fake: String, _ call: String, file: StaticString = #file, line: UInt = #line) -> Never {
  fatalError("\(fake) was asked \(call), and the test has not told it what to answer", file: file, line: line)
}

/// What a fake does with a question that the test did not foresee.
public enum Unforeseen: Sendable {
  /// End the test run, loudly. What a test should use.
  case stop
  /// Answer as a machine that does not have the thing. For tests that are about something else.
  case absent
}
