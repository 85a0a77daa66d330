using System.Management.Automation.Host;
using OpsRestart.Core.Planning;
using OpsRestart.Views;

namespace OpsRestart.Commands;

/// <summary>A plan as the plain text that -WhatIf and -Confirm show; nothing of it is cut.</summary>
internal static class PlanText
{
    public static string Of(ServiceGraphPlan plan, PSHost host)
        => $"{ShownText.Line(PlanTable.Headline(plan)).Replace("; nothing was changed", "", StringComparison.Ordinal)}\n{PlanView.Table(plan, WidthOf(host), colours: false, wrap: true)}";

    private static int WidthOf(PSHost host)
    {
        try
        {
            return !Console.IsOutputRedirected && host.UI?.RawUI is { BufferSize.Width: > 40 and var width } ? width : int.MaxValue;
        }
        catch (Exception e) when (e is HostException or NotImplementedException or IOException)
        {
            // A host without a screen has no width.
            return int.MaxValue;
        }
    }
}
