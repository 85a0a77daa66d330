namespace OpsRestart.Tests.System.Managers;

public sealed class SystemdCasesTests() : ManagerCases(new SystemdBench());
