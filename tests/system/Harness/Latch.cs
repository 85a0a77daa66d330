namespace OpsRestart.Tests.System.Harness;

/// <summary>Holds the start or the stop of a unit until the test lets go: what happens meanwhile depends on no clock.</summary>
internal sealed class Latch : IDisposable
{
    private readonly string _file = $"/run/t-latch-{Guid.NewGuid():N}";

    /// <summary>A line for the [Service] section: the start waits.</summary>
    public string HoldsStart => $"ExecStartPre={Wait}";

    /// <summary>A line for the [Service] section: the stop waits.</summary>
    public string HoldsStop => $"ExecStop={Wait}";

    private string Wait => $"/bin/sh -c 'until [ -e {_file} ]; do sleep 0.05; done'";

    public void Open() => File.WriteAllText(_file, "");

    /// <summary>Whatever still waits goes on.</summary>
    public void Dispose() => Open();
}
