using OpsRestart.Core.Planning;
using OpsRestart.Views;

namespace OpsRestart.Commands;

/// <summary>A plan as the plain text that -WhatIf and -Confirm show; nothing of it is cut.</summary>
internal static class PlanText
{
    public static string Of(ServiceGraphPlan plan)
        => $"{PlanTable.Headline(plan).Replace("; nothing was changed", "", StringComparison.Ordinal)}\n{PlanView.Table(plan, int.MaxValue, colours: false)}";
}
