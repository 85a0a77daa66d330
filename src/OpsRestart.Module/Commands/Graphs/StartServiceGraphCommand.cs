namespace OpsRestart.Commands;

[Cmdlet(
    VerbsLifecycle.Start,
    "ServiceGraph",
    DefaultParameterSetName = ByName,
    SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.Medium
)]
[OutputType(typeof(ServiceGraphRun))]
public sealed class StartServiceGraphCommand : GraphRunCommand
{
    private protected override GraphOperation Operation => GraphOperation.Start;
}
