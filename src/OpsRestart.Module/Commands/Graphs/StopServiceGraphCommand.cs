namespace OpsRestart.Commands;

[Cmdlet(
    VerbsLifecycle.Stop,
    "ServiceGraph",
    DefaultParameterSetName = ByName,
    SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.Medium
)]
[OutputType(typeof(ServiceGraphRun))]
public sealed class StopServiceGraphCommand : GraphStopCommand
{
    private protected override GraphOperation Operation => GraphOperation.Stop;
}
