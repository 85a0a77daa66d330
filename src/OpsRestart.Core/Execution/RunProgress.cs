namespace OpsRestart.Core.Execution;

/// <summary>How much of a run is done: its steps, each with a weight for how long its kind usually takes. Never goes back.</summary>
internal sealed class RunProgress(IReadOnlyList<PlanStep> steps)
{
    private readonly Dictionary<string, double> _weights = steps.ToDictionary(
        static s => s.Id,
        static s => Weight(s.Kind),
        StringComparer.Ordinal
    );
    private readonly Dictionary<string, double> _parts = new(StringComparer.Ordinal);

    public int Percent
    {
        get
        {
            var all = _weights.Values.Sum();
            return all == 0 ? 0 : (int)Math.Floor((100 * _parts.Sum(p => _weights[p.Key] * p.Value) / all) + 1e-9);
        }
    }

    /// <param name="step">The step's id; one that is not of the plan counts nothing.</param>
    /// <param name="part">0 to 1.</param>
    public void Reach(string step, double part)
    {
        if (_weights.ContainsKey(step))
        {
            _parts[step] = Math.Max(_parts.GetValueOrDefault(step), Math.Clamp(part, 0, 1));
        }
    }

    private static double Weight(StepKind kind) =>
        kind switch
        {
            StepKind.DrainQueue => 10,
            StepKind.Hook => 5,
            StepKind.Stop or StepKind.WaitReady or StepKind.Settle or StepKind.Validate => 2,
            _ => 1,
        };
}
