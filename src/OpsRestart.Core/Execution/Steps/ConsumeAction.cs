namespace OpsRestart.Core.Execution;

/// <summary>Sees through each queue of a node that its worker consumes again.</summary>
internal sealed class ConsumeAction : IStepAction
{
    public async Task<StepOutcome> RunAsync(PlanStep step, RunState run, CancellationToken cancellationToken)
    {
        var node = run.Node(step.Target);
        if (run.LeaveStopped(node.Name))
        {
            return new StepOutcome(StepStatus.NotNeeded, "was not running before");
        }

        var found = await Task.WhenAll(
                run.Plan.Definition.Queues.Where(q => q.ConsumedBy.Contains(node.Name))
                    .Select(q => new ConsumerAnswer(q, [node], run).WaitAsync(cancellationToken))
            )
            .ConfigureAwait(false);
        var wrong = found.OfType<string>().ToList();
        return wrong.Count == 0
            ? new StepOutcome(StepStatus.Done, "consumes")
            : StepOutcome.Failed(OpsError.ReadyTimeout, string.Join(' ', wrong));
    }
}
