namespace OpsRestart.Tests.System.Queues;

internal sealed record LedgerLine(DateTime At, string What, string Id);
