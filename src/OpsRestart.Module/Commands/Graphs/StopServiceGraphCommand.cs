using System.Management.Automation.Host;
using OpsRestart.Core.Planning;
using OpsRestart.Core.Reports;

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
    /// <summary>
    /// Within 10 seconds: drain nothing, kill all but the datastores at once, and tell these to stop. Asks first; -Force goes on without.
    /// </summary>
    [Parameter]
    public SwitchParameter Emergency { get; set; }

    private protected override GraphOperation Operation => GraphOperation.Stop;

    private protected override PlanOptions PlanOptions => base.PlanOptions with { Emergency = Emergency };

    private protected override bool GoesOn(ServiceGraphPlan plan)
    {
        if (!plan.IsEmergency || Force)
        {
            return true;
        }

        var (all, none) = (false, false);
        try
        {
            // What has an impact on security has the default No.
            return ShouldContinue(
                ShownText.Of(string.Join(Environment.NewLine, PlanTable.Consequences(plan).Append("Go on?"))),
                ShownText.Line($"Emergency stop of {plan.Graph}"),
                hasSecurityImpact: true,
                ref all,
                ref none
            );
        }
        catch (Exception e) when (e is HostException or PSInvalidOperationException or NotImplementedException)
        {
            throw new OpsRestartException(
                OpsError.InvalidArgument,
                "An emergency stop asks first, and there is nobody to ask.",
                plan.Graph,
                "Give -Force when it is meant."
            );
        }
    }
}
