import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'

import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import columns from '@/components/ui/columns.module.css'
import { type Listing, type ListingVersion, may } from '@/features/marketplace/schemas'
import { examQueries } from '@/features/trust/exam-api'
import { ExamProgress } from '@/features/trust/exam-progress'
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

/** The report of one version, or how far its examination is. */
export function VersionTrust({ listing, version }: VersionTrustProps) {
  const exam = useQuery(examQueries.of(listing.id, version.number))
  if (exam.isError) return <Problem error={exam.error} onRetry={() => void exam.refetch()} />
  if (exam.data === undefined) {
    return (
      <Loading label="Loading the trust report">
        <Skeleton height="30rem" />
      </Loading>
    )
  }
  if (exam.data.report === null) return <ExamProgress exam={exam.data} />
  return (
    <div className={columns['stack']}>
      <TrustView
        trust={exam.data.report}
        wallet={Number(version.spec.wallet)}
        currency={version.spec.stakeCurrency}
        {...(may(listing, 'read_code')
          ? {
              lineLink: (line: number) => (
                <Link
                  to="/marketplace/$listingId/versions"
                  params={{ listingId: listing.id }}
                  search={{ version: version.number }}
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
