using OpsRestart.Core.Planning;
using OpsRestart.Views;

namespace OpsRestart.Commands;

/// <summary>A plan as the plain text that -WhatIf and -Confirm show.</summary>
internal static class PlanText
{
    public static string Of(ServiceGraphPlan plan, int width)
        => $"{PlanTable.Headline(plan).Replace("; nothing was changed", "", StringComparison.Ordinal)}\n{PlanView.Table(plan, width, colours: false)}";
}
