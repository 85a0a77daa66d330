namespace OpsRestart.Tests.System.Stacks;

/// <summary>Tests of one stack share it, one after the other, beside nothing else: all stacks listen on port 8000.</summary>
[CollectionDefinition("message-bus", DisableParallelization = true)]
public sealed class MessageBusCollection : ICollectionFixture<MessageBusStack>;
