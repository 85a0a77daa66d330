namespace OpsRestart.Commands;

/// <summary>The base of a probe that has a number and looks at a service itself, where its manager is.</summary>
public abstract class TestServiceNumberCommand : TestNumberCommand
{
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public ServiceManagerKind Manager { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public ServiceScope Scope { get; set; }

    /// <summary>Another host, as <c>user@host</c>.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("ComputerName")]
    public string? HostName { get; set; }

    /// <summary>Where supervisord listens, for a program; default: as this machine's configuration says.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Socket { get; set; }

    private protected override ProbeDefinition Define(string target) =>
        base.Define(target) with
        {
            Service = target,
            Manager = Manager,
            Scope = Scope,
            HostName = ManagerRule.Host(HostName),
            Socket = Socket,
        };
}
