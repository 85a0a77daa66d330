namespace OpsRestart.Tests.System.Managers;

/// <summary>One service manager with services of a test's own, seen through its own tool. At its end nothing of them is left.</summary>
public interface IManagerBench : IAsyncDisposable
{
    /// <summary>The name that a service has there, and its node.</summary>
    ServiceNode Node(string name, params string[] needs);

    /// <summary>Puts services in place; none of them is started, and none is started again when it dies.</summary>
    Task InstallAsync(params BenchService[] services);

    Task StartAsync(params string[] names);

    Task StopAsync(params string[] names);

    /// <summary>The first process of a service that is up; null: it is not.</summary>
    Task<string?> PidAsync(string name);
}
