// What a Go program does with the service: records of a seed, a refusal read, a stream, a job followed.
//
//	buf generate && go run . localhost:9091
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	pb "example.com/testdata/gen/testdata_agent/v1"
)

//go:generate buf generate

func main() {
	target := "localhost:9091"
	if len(os.Args) > 1 {
		target = os.Args[1]
	}
	// Where the gateway has TLS: credentials.NewTLS; where it asks for a key: metadata `authorization`.
	connection, err := grpc.NewClient(target, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		log.Fatal(err)
	}
	defer connection.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	testData, jobs := pb.NewTestDataServiceClient(connection), pb.NewJobServiceClient(connection)
	for _, step := range []func() error{
		func() error { return generate(ctx, testData) },
		func() error { return refused(ctx, testData) },
		func() error { return stream(ctx, testData) },
		func() error { return followJob(ctx, jobs) },
	} {
		if err := step(); err != nil {
			log.Fatal(err)
		}
	}
}

func generate(ctx context.Context, client pb.TestDataServiceClient) error {
	count, seed := int32(3), uint64(7)
	answer, err := client.GenerateData(ctx, &pb.GenerateRequest{Entity: "cart", Count: &count, Seed: &seed})
	if err != nil {
		return err
	}
	var carts []struct{ Total float64 }
	if err := json.Unmarshal([]byte(answer.Data), &carts); err != nil {
		return err
	}
	fmt.Printf("%d carts, path %s, seed %d:", len(carts), answer.Metadata.GenerationPath, answer.Metadata.Seed)
	for _, cart := range carts {
		fmt.Printf(" %v", cart.Total)
	}
	fmt.Println()
	return nil
}

func refused(ctx context.Context, client pb.TestDataServiceClient) error {
	none := int32(0)
	_, err := client.GenerateData(ctx, &pb.GenerateRequest{Entity: "crat", Count: &none})
	refusal, ok := status.FromError(err)
	if err == nil || !ok {
		return fmt.Errorf("a refusal was expected, not %v", err)
	}
	for _, detail := range refusal.Details() {
		switch detail := detail.(type) {
		case *errdetails.ErrorInfo:
			fmt.Printf("refused: %s, %s\n", refusal.Code(), detail.Reason)
		case *errdetails.BadRequest:
			for _, fault := range detail.FieldViolations {
				fmt.Printf("  %s: %s: %s\n", fault.Field, fault.Reason, fault.Description)
			}
		}
	}
	return nil
}

func stream(ctx context.Context, client pb.TestDataServiceClient) error {
	count, seed := int32(2500), uint64(7)
	chunks, err := client.GenerateDataStream(ctx, &pb.GenerateRequest{Entity: "user", Count: &count, Seed: &seed})
	if err != nil {
		return err
	}
	users, err := recordsIn(chunks)
	fmt.Printf("%d users streamed\n", users)
	return err
}

func followJob(ctx context.Context, client pb.JobServiceClient) error {
	count, seed, key := int32(1500), uint64(7), fmt.Sprintf("go-%d", os.Getpid())
	request := &pb.GenerateRequest{RequestId: key, Entity: "order", Count: &count, Seed: &seed}
	job, err := client.SubmitJob(ctx, &pb.SubmitJobRequest{Request: request})
	if err != nil {
		return err
	}
	// After a broken connection: the same call with FromRecord of the last chunk's NextRecord.
	chunks, err := client.StreamJobResults(ctx, &pb.StreamJobResultsRequest{JobId: job.JobId})
	if err != nil {
		return err
	}
	orders, err := recordsIn(chunks)
	if err != nil {
		return err
	}
	ended, err := client.GetJob(ctx, &pb.GetJobRequest{JobId: job.JobId})
	if err != nil {
		return err
	}
	fmt.Printf("%d orders of a job, %s\n", orders, ended.State)
	return nil
}

// recordsIn counts the records of all chunks; each that is not final holds a whole JSON array.
func recordsIn(chunks interface{ Recv() (*pb.DataChunk, error) }) (int, error) {
	total := 0
	for {
		chunk, err := chunks.Recv()
		if errors.Is(err, io.EOF) {
			return total, nil
		}
		if err != nil {
			return total, err
		}
		if chunk.IsFinal {
			continue
		}
		var records []json.RawMessage
		if err := json.Unmarshal([]byte(chunk.Data), &records); err != nil {
			return total, err
		}
		total += len(records)
	}
}
