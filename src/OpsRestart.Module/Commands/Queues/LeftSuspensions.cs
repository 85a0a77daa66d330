using System.Management.Automation;
using OpsRestart.Adapters.Composition;

namespace OpsRestart.Commands;

/// <summary>Tells of suspensions that a process which is gone has left behind. Celery's can't expire: somebody has to hear of them.</summary>
internal static class LeftSuspensions
{
    public static void Warn(PSCmdlet cmdlet, OpsSession session)
    {
        foreach (var left in session.Suspensions.List().Where(static r => !r.IsOwnerAlive))
        {
            cmdlet.WriteWarning(ShownText.Of($"{left}: it is still suspended. 'Resume-WorkQueue -Left' resumes it."));
        }
    }
}
