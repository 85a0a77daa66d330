namespace OpsRestart.Tests.System.Managers;

public sealed class SupervisorCasesTests() : ManagerCases(new SupervisorBench());
