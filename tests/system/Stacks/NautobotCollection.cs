namespace OpsRestart.Tests.System.Stacks;

/// <summary>Tests of one stack share it, one after the other, beside nothing else: both stacks listen on port 8000.</summary>
[CollectionDefinition("nautobot", DisableParallelization = true)]
public sealed class NautobotCollection : ICollectionFixture<NautobotStack>;
