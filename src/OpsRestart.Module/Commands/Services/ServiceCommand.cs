using System.Management.Automation;
using OpsRestart.Pipeline;

namespace OpsRestart.Commands;

/// <summary>Knows which service manager is meant.</summary>
public abstract class ServiceCommand : OpsCmdlet
{
    /// <summary>systemd. supervisord is not supported yet, and refused (ManagerUnavailable).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public ServiceManagerKind Manager { get; set; }

    /// <summary>The system's manager (default), or the calling user's own.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public ServiceScope Scope { get; set; }

    /// <summary>Another host, as <c>user@host</c>; reached by ssh, as <c>systemctl -H</c> does.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("ComputerName")]
    public string? HostName { get; set; }

    private protected ServiceTarget Target => ServiceTarget.Of(Manager, HostName, Scope);
}
