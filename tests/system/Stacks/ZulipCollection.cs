namespace OpsRestart.Tests.System.Stacks;

/// <summary>As <see cref="NautobotCollection"/>.</summary>
[CollectionDefinition("zulip", DisableParallelization = true)]
public sealed class ZulipCollection : ICollectionFixture<ZulipStack>;
