namespace OpsRestart.Adapters.Checks;

/// <summary>
/// Whether this is the user that the graph is to be run by. Its commands would leave files behind that the right one may not change.
/// </summary>
internal sealed class RunUserCheck : IPreflightCheck
{
    public Task<IReadOnlyList<GraphFinding>> CheckAsync(
        ServiceGraphPlan plan,
        ServiceLooks services,
        CancellationToken cancellationToken
    ) => Task.FromResult(Check(plan.Definition.User, Environment.UserName));

    internal static IReadOnlyList<GraphFinding> Check(string? wanted, string user) =>
        wanted is null || wanted == user
            ? []
            :
            [
                new GraphFinding
                {
                    Code = "WrongUser",
                    Message = $"This graph is run by '{wanted}', not by '{user}'.",
                    Target = user,
                    Advice = wanted == "root" ? "Run it with sudo." : $"Run it with 'sudo -u {wanted}'.",
                },
            ];
}
