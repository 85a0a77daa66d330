using System.Text;

namespace OpsRestart.Commands;

/// <summary>A plan as text: each step, what it does, and what it waits for.</summary>
internal static class PlanText
{
    public static string Of(ServiceGraphPlan plan)
    {
        var text = new StringBuilder();
        text.Append(plan.Operation).Append(" of ").Append(plan.Graph).Append(": ").Append(plan.Steps.Count).Append(" steps");
        var number = 0;
        foreach (var step in plan.Steps)
        {
            number++;
            text.AppendLine().Append("  ").Append(number.ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(2)).Append("  ").Append(step.Id);
            if (step.Description.Length > 0)
            {
                text.Append(": ").Append(step.Description);
            }

            if (step.After.Count > 0)
            {
                text.Append("  (after ").AppendJoin(", ", step.After).Append(')');
            }
        }

        return text.ToString();
    }
}
