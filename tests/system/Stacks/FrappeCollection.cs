namespace OpsRestart.Tests.System.Stacks;

/// <summary>As <see cref="NautobotCollection"/>.</summary>
[CollectionDefinition("frappe", DisableParallelization = true)]
public sealed class FrappeCollection : ICollectionFixture<FrappeStack>;
