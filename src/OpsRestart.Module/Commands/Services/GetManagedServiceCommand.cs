using System.Management.Automation;

namespace OpsRestart.Commands;

[Cmdlet(VerbsCommon.Get, "ManagedService")]
[OutputType(typeof(ManagedService))]
public sealed class GetManagedServiceCommand : PSCmdlet
{
    protected override void ProcessRecord() => WriteObject(new ManagedService { Name = "a", Id = "a.service" });
}
