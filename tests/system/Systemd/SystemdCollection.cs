namespace OpsRestart.Tests.System.Systemd;

/// <summary>These tests restart the bus and make systemd execute itself anew: whatever else talks to either at that moment fails.</summary>
[CollectionDefinition("systemd", DisableParallelization = true)]
public sealed class SystemdCollection;
