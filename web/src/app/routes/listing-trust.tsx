import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'

import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import columns from '@/components/ui/columns.module.css'
import { type Listing, type ListingVersion, may } from '@/features/marketplace/schemas'
import { examQueries } from '@/features/trust/exam-api'
import { TrustView } from '@/features/trust/trust-view'

import { useListing } from './use-listing'

/** What the examination of the current version found. */
export function ListingTrustTab() {
  const listing = useListing()
  if (listing === undefined) return null
  if (listing.version === null) return <p>No version is published yet.</p>
  return <VersionTrust listing={listing} version={listing.version} />
}

interface VersionTrustProps {
  listing: Listing
  version: ListingVersion
}

/** The report of one version, whose examination is done. */
export function VersionTrust({ listing, version }: VersionTrustProps) {
  const report = useQuery({
    ...examQueries.report(listing.id, version.number),
    enabled: version.verdict.state === 'done',
  })
  if (version.verdict.state !== 'done') return <p role="note">There is no report yet.</p>
  if (report.isError) return <Problem error={report.error} onRetry={() => void report.refetch()} />
  if (report.data === undefined) {
    return (
      <Loading label="Loading the trust report">
        <Skeleton height="30rem" />
      </Loading>
    )
  }
  return (
    <div className={columns['stack']}>
      <TrustView
        trust={report.data}
        wallet={Number(version.spec.wallet)}
        currency={version.spec.stakeCurrency}
        {...(may(listing, 'read_code')
          ? {
              lineLink: (line: number) => (
                <Link
                  to="/marketplace/$listingId/versions"
                  params={{ listingId: listing.id }}
                  search={{ version: version.number, line }}
                >
                  Line {line}
                </Link>
              ),
            }
          : {})}
      />
    </div>
  )
}
