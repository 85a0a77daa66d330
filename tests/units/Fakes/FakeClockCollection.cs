namespace OpsRestart.Tests.Units.Fakes;

/// <summary>The fake clock looks at the whole thread pool to know when nothing is left to do, so its tests run alone.</summary>
[CollectionDefinition("fake clock", DisableParallelization = true)]
public sealed class FakeClockCollection;
