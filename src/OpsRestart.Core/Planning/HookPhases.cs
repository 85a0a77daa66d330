namespace OpsRestart.Core.Planning;

/// <summary>
/// Puts hooks into a plan that is made: each comes after the last step before its phase, and before the first one behind it.
/// </summary>
internal static class HookPhases
{
    /// <summary>Whether a hook of this phase counts on no task being run.</summary>
    public static bool IsAtRest(HookPhase phase) => phase is HookPhase.Drained or HookPhase.Stopped or HookPhase.DatastoresReady;

    public static PlanStep Step(GraphHook hook, IReadOnlyList<string> after) =>
        new()
        {
            Id = StepId.Hook(hook.Name),
            Kind = StepKind.Hook,
            Target = hook.Name,
            After = after,
            Timeout = hook.Timeout,
            Description =
                $"Run {(hook.Command.Count > 0 ? string.Join(' ', hook.Command.Select(SecretText.RedactArgument)) : "the script block")}"
                + (hook.When == HookPhase.Always ? ", however the run ends" : ""),
        };

    /// <summary>Adds the hooks of all phases but DatastoresReady, which takes part in the order of the starts.</summary>
    public static IReadOnlyList<PlanStep> Add(IReadOnlyList<GraphHook> hooks, IReadOnlyList<PlanStep> steps)
    {
        // Each comes before or behind those that are there already.
        steps = Stopped(Of(HookPhase.Stopped), steps);
        steps = Drained(Of(HookPhase.Drained), steps);
        steps = AtTheEnd(Of(HookPhase.Started), steps, static s => s.Kind == StepKind.Validate);
        steps = Insert(Of(HookPhase.Before), [], steps, static s => s.After.Count == 0);
        return AtTheEnd(Of(HookPhase.Always), steps, static _ => false);

        List<GraphHook> Of(HookPhase phase) => [.. hooks.Where(h => h.When == phase)];
    }

    /// <summary>Behind the last drain; what stops before a drain is what feeds it.</summary>
    private static IReadOnlyList<PlanStep> Drained(List<GraphHook> hooks, IReadOnlyList<PlanStep> steps)
    {
        List<string> quiet = [.. steps.Where(static s => s.Kind is StepKind.DrainQueue or StepKind.SuspendQueue).Select(static s => s.Id)];
        var byId = steps.ToDictionary(static s => s.Id, StringComparer.Ordinal);
        var until = quiet.ToHashSet(StringComparer.Ordinal);
        var open = new Stack<string>(quiet);
        while (open.TryPop(out var id))
        {
            foreach (var earlier in byId[id].After.Where(until.Add))
            {
                open.Push(earlier);
            }
        }

        return Insert(hooks, quiet, steps, s => IsStop(s) && !until.Contains(s.Id));
    }

    private static IReadOnlyList<PlanStep> Stopped(List<GraphHook> hooks, IReadOnlyList<PlanStep> steps) =>
        Insert(
            hooks,
            [.. steps.Where(static s => s.Kind == StepKind.Stop).Select(static s => s.Id)],
            steps,
            static s => s.Kind is StepKind.Start or StepKind.Hook
        );

    private static IReadOnlyList<PlanStep> AtTheEnd(List<GraphHook> hooks, IReadOnlyList<PlanStep> steps, Func<PlanStep, bool> isLater)
    {
        var followed = steps.Where(s => !isLater(s)).SelectMany(static s => s.After).ToHashSet(StringComparer.Ordinal);
        return Insert(hooks, [.. steps.Where(s => !isLater(s) && !followed.Contains(s.Id)).Select(static s => s.Id)], steps, isLater);
    }

    private static bool IsStop(PlanStep step) => step.Kind is StepKind.Stop or StepKind.Signal or StepKind.Restart;

    private static IReadOnlyList<PlanStep> Insert(
        List<GraphHook> hooks,
        List<string> after,
        IReadOnlyList<PlanStep> steps,
        Func<PlanStep, bool> isLater
    ) =>
        hooks.Count == 0
            ? steps
            :
            [
                .. hooks.Select(h => Step(h, after)),
                .. steps.Select(s => isLater(s) ? s with { After = [.. s.After, .. hooks.Select(static h => StepId.Hook(h.Name))] } : s),
            ];
}
